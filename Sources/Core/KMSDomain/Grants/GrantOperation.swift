/// What a grant can allow. Raw values are stored, as bits of `GrantOperations`: they are never changed or reused.
package enum GrantOperation: UInt8, CaseIterable, Sendable {
  case decrypt = 0
  case encrypt = 1
  case generateDataKey = 2
  case generateDataKeyWithoutPlaintext = 3
  case reEncryptFrom = 4
  case reEncryptTo = 5
  case sign = 6
  case verify = 7
  case getPublicKey = 8
  case createGrant = 9
  case retireGrant = 10
  case describeKey = 11
  case generateDataKeyPair = 12
  case generateDataKeyPairWithoutPlaintext = 13
  case generateMac = 14
  case verifyMac = 15
  case deriveSharedSecret = 16
  case encapsulate = 17
  case decapsulate = 18
}

/// A set of them, in the order of the cases.
package struct GrantOperations: Hashable, Sendable {
  package let rawValue: UInt32

  /// nil when a bit stands for nothing.
  package init?(rawValue: UInt32) {
    guard rawValue >> UInt32(GrantOperation.allCases.count) == 0 else { return nil }
    self.rawValue = rawValue
  }

  package init(_ operations: some Sequence<GrantOperation>) {
    rawValue = operations.reduce(into: 0) { $0 |= 1 << UInt32($1.rawValue) }
  }

  package func contains(_ operation: GrantOperation) -> Bool {
    rawValue >> UInt32(operation.rawValue) & 1 == 1
  }

  package var members: [GrantOperation] { GrantOperation.allCases.filter(contains) }
}

extension KeyRecord {
  /// Whether this key can do what the grant would allow.
  package func supports(_ operation: GrantOperation) -> Bool {
    switch operation {
    case .createGrant, .retireGrant, .describeKey: true
    case .encrypt, .reEncryptTo: usages.contains(.encrypt)
    case .decrypt, .reEncryptFrom: usages.contains(.decrypt)
    case .generateDataKey, .generateDataKeyWithoutPlaintext, .generateDataKeyPair,
      .generateDataKeyPairWithoutPlaintext:
      hasEncryptionContext && usages.contains(.encrypt)
    case .sign: usages.contains(.sign)
    case .verify: usages.contains(.verify)
    case .getPublicKey: spec.isAsymmetric
    case .generateMac: usages.contains(.mac)
    case .verifyMac: usages.contains(.verifyMac)
    case .deriveSharedSecret: usages.contains(.derive)
    case .encapsulate: usages.contains(.encapsulate)
    case .decapsulate: usages.contains(.decapsulate)
    }
  }

  /// Only symmetric encryption takes a context.
  package var hasEncryptionContext: Bool { spec == .aes256 }
}
