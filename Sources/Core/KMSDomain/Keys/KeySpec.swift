/// What kind of material a key has. A new kind is a new case, and every table over this type must decide about it.
package enum KeySpec: UInt8, CaseIterable, Sendable {
  /// 256 bits for authenticated encryption through a derived one-time key.
  case aes256 = 1
}

/// What a key may be used for, fixed when it is made.
package struct KeyUsages: OptionSet, Hashable, Sendable {
  package let rawValue: UInt16
  package init(rawValue: UInt16) { self.rawValue = rawValue }

  package static let encrypt = KeyUsages(rawValue: 1 << 0)
  package static let decrypt = KeyUsages(rawValue: 1 << 1)
}

/// Where the material came from.
package enum KeyOrigin: UInt8, CaseIterable, Sendable {
  /// Made by custody.
  case generated = 1
}

/// A container of keys: each door keeps its names apart, and a key has one home.
package struct Keyring: Hashable, Sendable {
  package enum Kind: UInt8, CaseIterable, Sendable {
    case aws = 1
  }

  package let account: AccountID
  package let region: String
  package let kind: Kind

  package init(account: AccountID, region: String, kind: Kind) {
    self.account = account
    self.region = region
    self.kind = kind
  }
}

/// A public name: doors build and parse them, the core only compares.
package struct KeyName: Hashable, Sendable {
  /// Which kind of name it is; a keyring may use the same text once in each.
  package enum Space: UInt8, CaseIterable, Sendable {
    /// The name that the key got when it was made, never changed.
    case identifier = 1
    /// A name that can be moved to another key.
    case alias = 2
  }

  package let space: Space
  package let keyring: Keyring
  package let text: String

  package init(_ space: Space, _ text: String, in keyring: Keyring) {
    self.space = space
    self.keyring = keyring
    self.text = text
  }
}

/// How a caller pointed at a key.
package struct KeyReference: Sendable {
  package enum Target: Hashable, Sendable {
    case name(KeyName)
    /// From inside a ciphertext.
    case id(KeyID)
  }

  package let target: Target
  /// What the caller wrote, for the audit record and for error messages; empty when the ciphertext named the key.
  package let asWritten: String

  package init(_ target: Target, asWritten: String) {
    self.target = target
    self.asWritten = asWritten
  }
}
