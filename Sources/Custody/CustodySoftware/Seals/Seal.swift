package import KMSDomain

/// What stands between a root and whoever has the data directory: a way of making roots, and of having them again.
///
/// A new way of sealing is a new file: its kind is a case of `SealKind`, what it has to remember is in its holder. Both
/// methods may block for seconds and take much memory.
package protocol Seal: Sendable {
  var kind: SealKind { get }
  /// A new root and everything that is to be remembered of it.
  /// - Throws: `SealError`.
  func make(for store: Bits128) throws(SealError) -> NewRoot
  /// The root that a holder stands for.
  /// - Throws: `SealError`; never a root that was made for another store.
  func unseal(_ holder: SealHolder, for store: Bits128) throws(SealError) -> any Root
}

/// A root that was just made.
package struct NewRoot: Sendable {
  package let root: any Root
  package let holder: SealHolder
  /// What people are to keep, each a line to print once; none where a machine keeps it.
  package let shares: [Payload]

  package init(root: any Root, holder: SealHolder, shares: [Payload] = []) {
    self.root = root
    self.holder = holder
    self.shares = shares
  }
}

/// What is stored of a root in the seal file: enough, with what the seal has, to have the root again.
package struct SealHolder: Hashable, Sendable {
  /// Which format of the file it was written for; what its secret is bound to depends on it.
  enum Form: Hashable, Sendable {
    case first
    case second
  }

  package let kind: SealKind
  package let root: RootID
  /// What the kind needs to know, in its own layout; not secret.
  package let parameters: [UInt8]
  /// The root under the seal; empty where the root never leaves a device, or is nothing but its shares.
  package let sealed: [UInt8]
  var form: Form { SealHolder.form(of: root) }

  package init(kind: SealKind, root: RootID, parameters: [UInt8], sealed: [UInt8]) {
    self.kind = kind
    self.root = root
    self.parameters = parameters
    self.sealed = sealed
  }

  /// What `sealed` is bound to: the kind, the store, the root's name and the parameters.
  package func binding(in store: Bits128) -> [UInt8] {
    SealHolder.binding(kind, root, parameters, in: store)
  }

  private static func form(of root: RootID) -> Form { root == .first ? .first : .second }

  /// The same for a holder that is being made.
  package static func binding(
    _ kind: SealKind, _ root: RootID, _ parameters: [UInt8], in store: Bits128
  ) -> [UInt8] {
    switch form(of: root) {
    case .first:
      SealFile.magic + [SealFile.firstVersion, kind.rawValue] + parameters.prefix(ScryptSealing.costLength)
        + store.bytes + parameters.dropFirst(ScryptSealing.costLength)
    case .second:
      Array("claviger/seal-holder/2".utf8) + store.bytes + root.bits.bytes + [kind.rawValue] + parameters
    }
  }
}
