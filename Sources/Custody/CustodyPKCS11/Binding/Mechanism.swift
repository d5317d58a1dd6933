/// A mechanism's number (CKM_…).
package struct Mechanism: Hashable, Sendable, CustomStringConvertible {
  package let rawValue: UInt
  package init(_ rawValue: UInt) { self.rawValue = rawValue }

  package static let rsaKeyPairGeneration = Mechanism(0x00)
  package static let rsaPKCS = Mechanism(0x01)
  package static let rsaX509 = Mechanism(0x03)
  package static let rsaOAEP = Mechanism(0x09)
  package static let rsaPSS = Mechanism(0x0D)
  package static let sha1 = Mechanism(0x220)
  package static let sha1HMAC = Mechanism(0x221)
  package static let sha224 = Mechanism(0x255)
  package static let sha256 = Mechanism(0x250)
  package static let sha224HMAC = Mechanism(0x256)
  package static let sha256HMAC = Mechanism(0x251)
  package static let sha384 = Mechanism(0x260)
  package static let sha384HMAC = Mechanism(0x261)
  package static let sha512 = Mechanism(0x270)
  package static let sha512HMAC = Mechanism(0x271)
  package static let genericSecretGeneration = Mechanism(0x350)
  package static let ecKeyPairGeneration = Mechanism(0x1040)
  package static let ecdsa = Mechanism(0x1041)
  package static let ecdh = Mechanism(0x1050)
  package static let aesGeneration = Mechanism(0x1080)
  package static let aesECB = Mechanism(0x1081)
  package static let aesCBC = Mechanism(0x1082)
  package static let aesCTR = Mechanism(0x1086)
  package static let aesGCM = Mechanism(0x1087)
  package static let aesCMAC = Mechanism(0x108A)
  package static let aesKeyWrap = Mechanism(0x2109)
  package static let aesKeyWrapPad = Mechanism(0x210A)

  /// The standard's name, for those that are used here.
  package var description: String { Mechanism.names[rawValue] ?? "CKM_0x" + String(rawValue, radix: 16) }

  private static let names: [UInt: String] = [
    0x00: "CKM_RSA_PKCS_KEY_PAIR_GEN", 0x01: "CKM_RSA_PKCS", 0x03: "CKM_RSA_X_509",
    0x09: "CKM_RSA_PKCS_OAEP", 0x0D: "CKM_RSA_PKCS_PSS", 0x220: "CKM_SHA_1", 0x221: "CKM_SHA_1_HMAC",
    0x250: "CKM_SHA256", 0x251: "CKM_SHA256_HMAC", 0x255: "CKM_SHA224", 0x256: "CKM_SHA224_HMAC",
    0x260: "CKM_SHA384", 0x261: "CKM_SHA384_HMAC", 0x270: "CKM_SHA512", 0x271: "CKM_SHA512_HMAC",
    0x350: "CKM_GENERIC_SECRET_KEY_GEN", 0x1040: "CKM_EC_KEY_PAIR_GEN", 0x1041: "CKM_ECDSA",
    0x1050: "CKM_ECDH1_DERIVE", 0x1080: "CKM_AES_KEY_GEN", 0x1081: "CKM_AES_ECB", 0x1082: "CKM_AES_CBC",
    0x1086: "CKM_AES_CTR", 0x1087: "CKM_AES_GCM", 0x108A: "CKM_AES_CMAC", 0x2109: "CKM_AES_KEY_WRAP",
    0x210A: "CKM_AES_KEY_WRAP_PAD",
  ]
}

/// What a token can do, as it says: the answer to whether something is available, before anything is tried.
package struct MechanismTable: Sendable {
  package struct Entry: Sendable {
    /// Of keys, in bits or bytes, as the mechanism counts.
    let least: UInt
    let most: UInt
    let flags: UInt
  }

  /// What a mechanism may be used for (CKF_…).
  package enum Use: UInt, Sendable {
    case encrypt = 0x100
    case decrypt = 0x200
    case sign = 0x800
    case generate = 0x8000
    case generatePair = 0x10000
    case wrap = 0x20000
    case unwrap = 0x40000
    case derive = 0x80000
  }

  private let entries: [Mechanism: Entry]

  init(_ listed: [(Mechanism, Entry)]) {
    entries = Dictionary(listed, uniquingKeysWith: { first, _ in first })
  }

  package func has(_ mechanism: Mechanism, for use: Use) -> Bool {
    guard let entry = entries[mechanism] else { return false }
    return entry.flags & use.rawValue != 0
  }

  /// Whether keys of that many bits are in the mechanism's range.
  package func has(_ mechanism: Mechanism, for use: Use, bits: UInt) -> Bool {
    guard has(mechanism, for: use), let entry = entries[mechanism] else { return false }
    return entry.most == 0 || (entry.least...max(entry.least, entry.most)).contains(bits)
  }

  package var mechanisms: [Mechanism] { entries.keys.sorted { $0.rawValue < $1.rawValue } }
}
