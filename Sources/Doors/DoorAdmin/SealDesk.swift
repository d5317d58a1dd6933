package import AdminAPI
package import KMSDomain

/// Why a seal can't be made, in words for the operator.
package struct SealRefusal: Error, Sendable {
  package let reason: String

  package init(_ reason: String) { self.reason = reason }
}

/// What the assembly does for changes of the seal: it knows the configuration's words and the kinds of seals.
package protocol SealDesk: Sendable {
  var keeper: any RootKeeper { get }
  /// The first digits of the store id, as shares have them.
  var store: String { get }
  /// Makes a root for the keeper to put in place.
  /// - Parameter settings: see `RootReplacement`, also for the secret.
  /// - Returns: what people are to keep, each a line; none where a machine does.
  func prepareRoot(
    _ settings: [String: String], secret: Payload?
  ) async throws(SealRefusal) -> PreparedRoot
  func prepareRecovery(needed: Int, shares: Int) async throws(SealRefusal) -> [Payload]
  /// The root that was prepared is in place.
  func rootIsReplaced()
  /// The right to change roots and epochs.
  var turn: any RootTurn { get }
  /// Of a change that is under way.
  var progress: ChangeProgress? { get }
}

package struct PreparedRoot: Sendable {
  package let kind: String
  package let shares: [Payload]
  /// How many of the shares open; nil where there are none.
  package let needed: Int?

  package init(kind: String, shares: [Payload], needed: Int?) {
    self.kind = kind
    self.shares = shares
    self.needed = needed
  }
}
