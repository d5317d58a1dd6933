// Which algorithms fit which kind of key: the one table, from which everything else about it follows.

extension KeySpec {
  /// Every algorithm without further parameters that such a key can be used with. What a particular key may be used for is in
  /// its usages.
  package var algorithms: [KeyAlgorithm] {
    switch self {
    case .aes256: [.symmetric]
    case .hmac224: [.mac(.hmacSHA224)]
    case .hmac256: [.mac(.hmacSHA256)]
    case .hmac384: [.mac(.hmacSHA384)]
    case .hmac512: [.mac(.hmacSHA512)]
    case .rsa2048, .rsa3072, .rsa4096:
      [
        .encryption(.rsaOAEPSHA1), .encryption(.rsaOAEPSHA256), .signing(.rsaPSSSHA256),
        .signing(.rsaPSSSHA384), .signing(.rsaPSSSHA512), .signing(.rsaPKCS1SHA256),
        .signing(.rsaPKCS1SHA384), .signing(.rsaPKCS1SHA512),
      ]
    case .p256, .secp256k1: [.signing(.ecdsaSHA256), .ecdh]
    case .p384: [.signing(.ecdsaSHA384), .ecdh]
    case .p521: [.signing(.ecdsaSHA512), .ecdh]
    case .ed25519: [.signing(.ed25519), .signing(.ed25519ph)]
    case .sm2: [.encryption(.sm2PKE), .signing(.sm2DSA), .ecdh]
    case .mlDSA44, .mlDSA65, .mlDSA87: [.signing(.mlDSA)]
    case .mlKEM512, .mlKEM768, .mlKEM1024: [.mlKEM]
    case .aes128, .aes192, .tripleDES112, .tripleDES168, .chaCha20, .blowfish, .hmacSHA1, .hmacSHA224,
      .hmacSHA256, .hmacSHA384, .hmacSHA512, .rsa1024, .rsa1536, .rsa8192, .p192, .p224, .x25519, .x448,
      .ed448, .dsa, .dh, .bytes:
      []
    }
  }

  /// Everything that some key of this kind may be used for by these algorithms. See `explicitUsages` for the rest.
  package var usages: KeyUsages { algorithms.reduce(into: []) { $0.formUnion($1.usages) } }

  /// The algorithms that a key with these usages can be used with.
  package func algorithms(for usages: KeyUsages) -> [KeyAlgorithm] {
    algorithms.filter { !$0.usages.isDisjoint(with: usages) }
  }

  /// What a key with these usages is for, in pairs of doing and undoing, to protocols to which a key is for one thing; nil: for none
  /// of them, or for several.
  package func purpose(for usages: KeyUsages) -> KeyUsages? {
    let purposes = Set(algorithms(for: usages).map(\.usages))
    return purposes.count == 1 ? purposes.first : nil
  }

  /// Whether it has a public half.
  package var isAsymmetric: Bool {
    switch self {
    case .aes256, .hmac224, .hmac256, .hmac384, .hmac512: false
    case .aes128, .aes192, .tripleDES112, .tripleDES168, .chaCha20, .blowfish, .hmacSHA1, .hmacSHA224,
      .hmacSHA256, .hmacSHA384, .hmacSHA512, .bytes:
      false
    case .rsa2048, .rsa3072, .rsa4096, .p256, .p384, .p521, .secp256k1, .ed25519, .sm2, .mlDSA44, .mlDSA65,
      .mlDSA87, .mlKEM512, .mlKEM768, .mlKEM1024:
      true
    case .rsa1024, .rsa1536, .rsa8192, .p192, .p224, .x25519, .x448, .ed448, .dsa, .dh: true
    }
  }

  /// Bytes of symmetric material; nil for key pairs, and where any length will do.
  package var secretLength: Int? {
    switch self {
    case .aes256, .hmac256: 32
    case .hmac224: 28
    case .hmac384: 48
    case .hmac512: 64
    case .aes128, .tripleDES112: 16
    case .aes192, .tripleDES168: 24
    case .chaCha20: 32
    case .hmacSHA1, .hmacSHA224, .hmacSHA256, .hmacSHA384, .hmacSHA512, .blowfish, .bytes: nil
    case .rsa2048, .rsa3072, .rsa4096, .p256, .p384, .p521, .secp256k1, .ed25519, .sm2, .mlDSA44, .mlDSA65,
      .mlDSA87, .mlKEM512, .mlKEM768, .mlKEM1024:
      nil
    case .rsa1024, .rsa1536, .rsa8192, .p192, .p224, .x25519, .x448, .ed448, .dsa, .dh: nil
    }
  }

  /// Whether its material is symmetric and of any length.
  package var hasAnyLength: Bool { !isAsymmetric && secretLength == nil }

  /// Bytes of an RSA modulus; nil for other kinds.
  package var modulusLength: Int? {
    switch self {
    case .rsa2048: 256
    case .rsa3072: 384
    case .rsa4096: 512
    case .rsa1024: 128
    case .rsa1536: 192
    case .rsa8192: 1024
    case .aes256, .hmac224, .hmac256, .hmac384, .hmac512, .p256, .p384, .p521, .secp256k1, .ed25519, .sm2,
      .mlDSA44, .mlDSA65, .mlDSA87, .mlKEM512, .mlKEM768, .mlKEM1024:
      nil
    case .aes128, .aes192, .tripleDES112, .tripleDES168, .chaCha20, .blowfish, .hmacSHA1, .hmacSHA224,
      .hmacSHA256, .hmacSHA384, .hmacSHA512, .p192, .p224, .x25519, .x448, .ed448, .dsa, .dh, .bytes:
      nil
    }
  }

  /// The most that `algorithm` encrypts with such a key (RFC 8017 section 7.1.1); nil when only a door's limits count.
  package func longestPlaintext(_ algorithm: EncryptionAlgorithm) -> Int? {
    switch algorithm {
    case .rsaOAEPSHA1: modulusLength.map { $0 - 2 * 20 - 2 }
    case .rsaOAEPSHA256: modulusLength.map { $0 - 2 * 32 - 2 }
    // The standard has no limit; this is the one that clients know from elsewhere.
    case .sm2PKE: 1024
    }
  }
}

extension KeyAlgorithm {
  /// What a key must be for, to be used so.
  package var usages: KeyUsages {
    switch self {
    case .symmetric, .encryption: [.encrypt, .decrypt]
    case .signing: [.sign, .verify]
    case .mac: [.mac, .verifyMac]
    case .ecdh: [.derive]
    case .mlKEM: [.encapsulate, .decapsulate]
    }
  }

  /// - Throws: `KMSError.incompatibleAlgorithm`.
  package func require(_ spec: KeySpec) throws(KMSError) {
    guard spec.algorithms.contains(self) else { throw .incompatibleAlgorithm(self, spec) }
  }
}
