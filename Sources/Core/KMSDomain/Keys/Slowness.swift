// What takes so long that an event loop must not wait for it: others' requests would.
//
// The line is at about a tenth of a millisecond with the libraries of today: less costs no more than handing it to another
// thread does.

extension KeySpec {
  /// Whether the action's work with such a key is slow. Making keys is judged here too.
  package func isSlow(_ action: Action) -> Bool {
    switch self {
    // Any may be derived from, and from a password slowly by design.
    case .aes256, .hmac224, .hmac256, .hmac384, .hmac512: action == .deriveObject
    case .aes128, .aes192, .tripleDES112, .tripleDES168, .chaCha20, .blowfish, .hmacSHA1, .hmacSHA224,
      .hmacSHA256, .hmacSHA384, .hmacSHA512, .bytes:
      action == .deriveObject
    case .rsa2048, .rsa3072, .rsa4096: !action.usesPublicHalf
    case .rsa1024, .rsa1536, .rsa8192, .dsa, .dh, .p192, .p224, .x25519, .x448, .ed448: true
    // Common curves have code of their own in libraries; these haven't, or are larger.
    case .p384, .p521, .secp256k1, .sm2: true
    case .p256: action.makesKeys
    case .ed25519: action != .sign
    case .mlDSA44, .mlDSA65, .mlDSA87: true
    case .mlKEM512, .mlKEM768, .mlKEM1024: action.makesKeys
    }
  }
}

extension Action {
  /// Work for which the public half of a key pair is enough.
  fileprivate var usesPublicHalf: Bool {
    self == .encrypt || self == .reEncryptTo || self == .verify || self == .wrapKey
  }

  fileprivate var makesKeys: Bool {
    self == .createKey || self == .generateDataKeyPair || self == .generateDataKeyPairWithoutPlaintext
  }
}
