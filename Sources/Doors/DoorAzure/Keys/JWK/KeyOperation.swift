import KMSDomain

/// What the owner of a key lets it be used for: the members of `key_ops`. What isn't listed is refused, over every protocol.
enum KeyOperation: String, CaseIterable, Hashable, Sendable {
  case encrypt
  case decrypt
  case sign
  case verify
  case wrapKey
  case unwrapKey
  /// Taking protected keys in.
  case `import`
  /// Leaving by a release policy.
  case export
}

extension KeyOperation {
  /// What it is to the engine for keys of a type; nothing where such a key can't do it: clients list more than that.
  func usage(of type: KeyType) -> KeyUsages {
    let usage: KeyUsages =
      switch self {
      case .encrypt: .encrypt
      case .decrypt: .decrypt
      case .wrapKey: .wrap
      case .unwrapKey: .unwrap
      case .sign: type.family == .oct ? .mac : .sign
      case .verify: type.family == .oct ? .verifyMac : .verify
      case .import, .export: []
      }
    return usage.intersection(type.usages)
  }

  /// What a key can do whose owner listed nothing: one that was made elsewhere.
  static func all(of type: KeyType, for record: KeyRecord) -> [KeyOperation] {
    var uses = record.currentUses
    if record.kind == .publicKey { uses.formIntersection([.encrypt, .verify, .wrap]) }
    return allCases.filter { operation in
      let usage = operation.usage(of: type)
      return !usage.isEmpty && uses.isSuperset(of: usage)
    }
  }

  /// What owners who say nothing get.
  static func usual(for type: KeyType) -> [KeyOperation] {
    switch type.family {
    case .rsa: [.encrypt, .decrypt, .sign, .verify, .wrapKey, .unwrapKey]
    case .oct: [.encrypt, .decrypt, .wrapKey, .unwrapKey]
    case .ec, .okp, .akp: [.sign, .verify]
    }
  }
}

extension [KeyOperation] {
  func uses(of type: KeyType) -> KeyUsages { reduce(into: []) { $0.formUnion($1.usage(of: type)) } }
}

extension Action {
  /// What an operation of the protocol is called that the key's owner may have left out.
  var keyOperation: KeyOperation? {
    KeyOperation.actions.first { $0.action == self }?.operation
  }
}

extension KeyOperation {
  fileprivate static let actions: [(action: Action, operation: KeyOperation)] = [
    (.encrypt, .encrypt), (.decrypt, .decrypt), (.sign, .sign), (.generateMac, .sign), (.verify, .verify),
    (.verifyMac, .verify), (.wrapKey, .wrapKey), (.unwrapKey, .unwrapKey), (.releaseVaultKey, .export),
  ]
}
