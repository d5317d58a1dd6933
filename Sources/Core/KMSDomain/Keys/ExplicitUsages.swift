extension KeySpec {
  /// Everything that some key of this kind may be used for with explicit parameters. Usages that aren't here do no harm: custody
  /// refuses what the kind can't do.
  package var explicitUsages: KeyUsages {
    let cipher: KeyUsages = [.encrypt, .decrypt, .wrap, .unwrap, .mac, .verifyMac, .deriveKey]
    return switch self {
    case .aes128, .aes192, .aes256, .tripleDES112, .tripleDES168, .chaCha20, .blowfish: cipher
    case .hmac224, .hmac256, .hmac384, .hmac512, .hmacSHA1, .hmacSHA224, .hmacSHA256, .hmacSHA384,
      .hmacSHA512:
      [.mac, .verifyMac, .deriveKey]
    // A one-time pad encrypts, a key of Poly1305 authenticates, and both are bytes.
    case .bytes: cipher
    case .rsa1024, .rsa1536, .rsa2048, .rsa3072, .rsa4096, .rsa8192:
      [.encrypt, .decrypt, .wrap, .unwrap, .sign, .verify]
    case .p192, .p224, .p256, .p384, .p521, .secp256k1: [.sign, .verify, .derive, .deriveKey]
    case .ed25519, .ed448, .dsa: [.sign, .verify]
    case .x25519, .x448, .dh: [.derive, .deriveKey]
    // What these do has no parameters.
    case .sm2, .mlDSA44, .mlDSA65, .mlDSA87, .mlKEM512, .mlKEM768, .mlKEM1024: usages
    }
  }
}
