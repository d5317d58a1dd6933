/// What kind of material a key has. A new kind is a new case, and every table over this type must decide about it.
///
/// Raw values are stored and authenticated: never change or reuse one.
package enum KeySpec: UInt8, CaseIterable, Sendable {
  /// 256 bits for authenticated encryption through a derived one-time key.
  case aes256 = 1

  case hmac224 = 2
  case hmac256 = 3
  case hmac384 = 4
  case hmac512 = 5

  // What follows is for explicit parameters only (`ExplicitCustody`): no door's fixed algorithms fit it.
  case aes128 = 6
  case aes192 = 7
  /// Two keys of 8 bytes, parity included.
  case tripleDES112 = 8
  /// Three keys of 8 bytes, parity included.
  case tripleDES168 = 9
  /// 256 bits, for ChaCha20 and for ChaCha20-Poly1305.
  case chaCha20 = 10
  // HMAC keys of any length: the hash is what they are meant for.
  case hmacSHA1 = 11
  case hmacSHA224 = 12
  case hmacSHA256 = 13
  case hmacSHA384 = 14
  case hmacSHA512 = 15

  case rsa2048 = 16
  case rsa3072 = 17
  case rsa4096 = 18
  case rsa1024 = 19
  case rsa1536 = 20
  case rsa8192 = 21

  case p256 = 32
  case p384 = 33
  case p521 = 34
  case secp256k1 = 35
  case ed25519 = 36
  /// The curve of GB/T 32918.
  case sm2 = 37
  case p192 = 38
  case p224 = 39
  case x25519 = 40
  case x448 = 41
  case ed448 = 42

  /// Over any domain parameters (FIPS 186-4).
  case dsa = 48
  /// Diffie-Hellman over any group of a prime field.
  case dh = 49

  case mlDSA44 = 64
  case mlDSA65 = 65
  case mlDSA87 = 66
  case mlKEM512 = 67
  case mlKEM768 = 68
  case mlKEM1024 = 69

  /// Secret bytes of any length, whatever they are to their owner: passwords, seeds, opaque data, keys of algorithms that the
  /// server doesn't know, shares of other keys, private keys that aren't sound. They are kept and given out, and can be what is
  /// derived from, hashed or split.
  case bytes = 80

  /// 4 to 56 bytes.
  case blowfish = 96
}

/// What a key may be used for, fixed when it is made. Stored and authenticated: bits are never reused.
package struct KeyUsages: OptionSet, Hashable, Sendable {
  package let rawValue: UInt16
  package init(rawValue: UInt16) { self.rawValue = rawValue }

  package static let encrypt = KeyUsages(rawValue: 1 << 0)
  package static let decrypt = KeyUsages(rawValue: 1 << 1)
  package static let sign = KeyUsages(rawValue: 1 << 2)
  package static let verify = KeyUsages(rawValue: 1 << 3)
  /// Making message authentication codes.
  package static let mac = KeyUsages(rawValue: 1 << 4)
  package static let verifyMac = KeyUsages(rawValue: 1 << 5)
  /// Agreeing on a secret with the holder of another key.
  package static let derive = KeyUsages(rawValue: 1 << 6)
  package static let encapsulate = KeyUsages(rawValue: 1 << 7)
  package static let decapsulate = KeyUsages(rawValue: 1 << 8)
  /// Protecting other keys on their way out.
  package static let wrap = KeyUsages(rawValue: 1 << 9)
  package static let unwrap = KeyUsages(rawValue: 1 << 10)
  /// Being what further keys are derived from.
  package static let deriveKey = KeyUsages(rawValue: 1 << 11)
}

/// Where the material came from.
package enum KeyOrigin: UInt8, CaseIterable, Sendable {
  /// Made by custody.
  case generated = 1
  /// Made elsewhere and brought in by its owner.
  case imported = 2
}

/// A container of keys: each door keeps its names apart, and a key has one home.
package struct Keyring: Hashable, Sendable {
  package enum Kind: UInt8, CaseIterable, Sendable {
    case aws = 1
    /// Of objects that were made over KMIP.
    case kmip = 2
    /// Of Azure's vaults: many vaults share one, and the names of their objects begin with the vault's.
    case vault = 3
    /// Of Azure's managed HSMs.
    case managedHSM = 4
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

extension Keyring {
  /// Whether it belongs to the same account in the same Region: then its keys may be found among those of the other.
  package func isWithin(_ other: Keyring) -> Bool { account == other.account && region == other.region }
}

/// A public name: doors build and parse them, the core only compares.
package struct KeyName: Hashable, Sendable {
  /// Which kind of name it is; a keyring may use the same text once in each.
  package enum Space: UInt8, CaseIterable, Sendable {
    /// The name that the key got when it was made, never changed.
    case identifier = 1
    /// A name that can be moved to another key.
    case alias = 2
    /// A name that an object's owner gave it, see `ManagedObject.names`.
    case given = 3
  }

  package let space: Space
  package let keyring: Keyring
  package let text: String

  package init(_ space: Space, _ text: String, in keyring: Keyring) {
    self.space = space
    self.keyring = keyring
    self.text = text
  }

  /// What nearly always differs.
  package func hash(into hasher: inout Hasher) {
    hasher.combine(keyring.account.text)
    hasher.combine(text)
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
  /// Where in a vault the caller found it, for a key that isn't at home there; nil for all others.
  package let place: VaultPlace?

  package init(_ target: Target, asWritten: String, at place: VaultPlace? = nil) {
    self.target = target
    self.asWritten = asWritten
    self.place = place
  }
}
