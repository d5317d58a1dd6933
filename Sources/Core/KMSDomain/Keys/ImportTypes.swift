/// The key that protects material on its way in.
package enum ImportKeySpec: UInt8, CaseIterable, Sendable {
  case rsa2048 = 1
  case rsa3072 = 2
  case rsa4096 = 3
  case sm2 = 4

  package var keySpec: KeySpec {
    switch self {
    case .rsa2048: .rsa2048
    case .rsa3072: .rsa3072
    case .rsa4096: .rsa4096
    case .sm2: .sm2
    }
  }
}

/// How material is protected on its way in.
package enum ImportAlgorithm: UInt8, CaseIterable, Sendable {
  /// The material itself, encrypted for the import key.
  case rsaOAEPSHA1 = 1
  case rsaOAEPSHA256 = 2
  /// A fresh AES-256 key encrypted for the import key, then the material under AES key wrap with padding (RFC 5649).
  case rsaAESKeyWrapSHA1 = 3
  case rsaAESKeyWrapSHA256 = 4
  case sm2PKE = 5

  /// How the first part is encrypted for the import key.
  package var encryption: EncryptionAlgorithm {
    switch self {
    case .rsaOAEPSHA1, .rsaAESKeyWrapSHA1: .rsaOAEPSHA1
    case .rsaOAEPSHA256, .rsaAESKeyWrapSHA256: .rsaOAEPSHA256
    case .sm2PKE: .sm2PKE
    }
  }

  /// Whether material of `spec` can come this way under such a key: an RSA private key doesn't fit into one encryption, nor
  /// P-521's into one by RSA-2048; post-quantum keys fit under a wrap only.
  package func fits(_ spec: KeySpec, under key: ImportKeySpec) -> Bool {
    switch self {
    case .sm2PKE: key == .sm2 && !spec.isBulky
    case .rsaAESKeyWrapSHA1, .rsaAESKeyWrapSHA256: key != .sm2
    case .rsaOAEPSHA1, .rsaOAEPSHA256:
      key != .sm2 && !spec.isBulky && !(spec == .p521 && key == .rsa2048)
    }
  }
}

extension KeySpec {
  /// Whether its PKCS#8 form is too long for encryption by a public key.
  fileprivate var isBulky: Bool {
    switch self {
    case .rsa2048, .rsa3072, .rsa4096, .mlDSA44, .mlDSA65, .mlDSA87, .mlKEM512, .mlKEM768, .mlKEM1024: true
    case .rsa1024, .rsa1536, .rsa8192, .dsa, .dh, .hmacSHA1, .hmacSHA224, .hmacSHA256, .hmacSHA384,
      .hmacSHA512, .bytes:
      true
    case .aes256, .hmac224, .hmac256, .hmac384, .hmac512, .p256, .p384, .p521, .secp256k1, .ed25519, .sm2:
      false
    case .aes128, .aes192, .tripleDES112, .tripleDES168, .chaCha20, .blowfish, .p192, .p224, .x25519, .x448,
      .ed448:
      false
    }
  }
}

/// What the owner of material needs to send it.
package struct ImportParameters: Sendable {
  /// The import key, as SubjectPublicKeyInfo (DER).
  package let publicKey: [UInt8]
  /// Must come back with the material. It holds the private half, for this server alone to open, and says until when it may.
  package let token: [UInt8]

  package init(publicKey: [UInt8], token: [UInt8]) {
    self.publicKey = publicKey
    self.token = token
  }
}

/// Material on its way in.
package struct ImportedMaterial: Sendable {
  package let encrypted: [UInt8]
  /// Says also how the material is protected.
  package let token: [UInt8]

  package init(encrypted: [UInt8], token: [UInt8]) {
    self.encrypted = encrypted
    self.token = token
  }
}
