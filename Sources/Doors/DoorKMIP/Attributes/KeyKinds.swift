import KMSDomain
import WireKMIP

/// What KMIP calls a kind of key: an algorithm, a length in bits, and for elliptic curves the curve.
struct KMIPKeyKind: Hashable, Sendable {
  let algorithm: KMIP.CryptographicAlgorithm
  let length: Int32?
  let curve: KMIP.RecommendedCurve?

  init(_ algorithm: KMIP.CryptographicAlgorithm, _ length: Int32?, _ curve: KMIP.RecommendedCurve? = nil) {
    self.algorithm = algorithm
    self.length = length
    self.curve = curve
  }
}

extension KMIPKeyKind {
  /// The domain's kind; nil for one that custody can keep and give out, and nothing else.
  var spec: KeySpec? {
    switch algorithm {
    case .aes: [128: .aes128, 192: .aes192, 256: .aes256][length ?? 0]
    // With the parity bits and without.
    case .des3: [112: .tripleDES112, 128: .tripleDES112, 168: .tripleDES168, 192: .tripleDES168][length ?? 0]
    case .blowfish: KMIPKeyKind.blowfishLengths.contains(length ?? 0) ? .blowfish : nil
    case .chaCha20, .chaCha20Poly1305: length == 256 ? .chaCha20 : nil
    case .hmacSHA1: .hmacSHA1
    // Those of the hash's own length are keys that other protocols know too.
    case .hmacSHA224: length == 224 ? .hmac224 : .hmacSHA224
    case .hmacSHA256: length == 256 ? .hmac256 : .hmacSHA256
    case .hmacSHA384: length == 384 ? .hmac384 : .hmacSHA384
    case .hmacSHA512: length == 512 ? .hmac512 : .hmacSHA512
    case .rsa:
      [
        1024: .rsa1024, 1536: .rsa1536, 2048: .rsa2048, 3072: .rsa3072, 4096: .rsa4096, 8192: .rsa8192,
      ][length ?? 0]
    case .dsa: .dsa
    case .dh: .dh
    case .ecdsa, .ecdh, .ec, .ecmqv: curve.map(KMIPKeyKind.spec) ?? KMIPKeyKind.curves[length ?? 0]
    case .ed25519: .ed25519
    case .ed448: .ed448
    case .sm2: .sm2
    default: nil
    }
  }

  /// In bits.
  private static let blowfishLengths = stride(from: Int32(32), through: 448, by: 8)

  private static func spec(of curve: KMIP.RecommendedCurve) -> KeySpec? {
    switch curve {
    case .p192: .p192
    case .p224: .p224
    case .p256: .p256
    case .p384: .p384
    case .p521: .p521
    case .secp256K1: .secp256k1
    case .curve25519: .x25519
    case .curve448: .x448
    default: nil
    }
  }

  /// Where no curve is named.
  private static let curves: [Int32: KeySpec] = [
    192: .p192, 224: .p224, 256: .p256, 384: .p384, 521: .p521,
  ]
}

extension KeySpec {
  /// What KMIP calls a key of which nobody said it; nil for secret bytes, which may be anything. Lengths that the kind doesn't tell
  /// are nil.
  var kmip: KMIPKeyKind? {
    switch self {
    case .aes128: KMIPKeyKind(.aes, 128)
    case .aes192: KMIPKeyKind(.aes, 192)
    case .aes256: KMIPKeyKind(.aes, 256)
    case .tripleDES112: KMIPKeyKind(.des3, 112)
    case .tripleDES168: KMIPKeyKind(.des3, 168)
    case .blowfish: KMIPKeyKind(.blowfish, nil)
    case .chaCha20: KMIPKeyKind(.chaCha20, 256)
    case .hmac224: KMIPKeyKind(.hmacSHA224, 224)
    case .hmac256: KMIPKeyKind(.hmacSHA256, 256)
    case .hmac384: KMIPKeyKind(.hmacSHA384, 384)
    case .hmac512: KMIPKeyKind(.hmacSHA512, 512)
    case .hmacSHA1: KMIPKeyKind(.hmacSHA1, nil)
    case .hmacSHA224: KMIPKeyKind(.hmacSHA224, nil)
    case .hmacSHA256: KMIPKeyKind(.hmacSHA256, nil)
    case .hmacSHA384: KMIPKeyKind(.hmacSHA384, nil)
    case .hmacSHA512: KMIPKeyKind(.hmacSHA512, nil)
    case .rsa1024, .rsa1536, .rsa2048, .rsa3072, .rsa4096, .rsa8192:
      KMIPKeyKind(.rsa, modulusLength.map { Int32($0 * 8) })
    case .p192: KMIPKeyKind(.ec, 192, .p192)
    case .p224: KMIPKeyKind(.ec, 224, .p224)
    case .p256: KMIPKeyKind(.ec, 256, .p256)
    case .p384: KMIPKeyKind(.ec, 384, .p384)
    case .p521: KMIPKeyKind(.ec, 521, .p521)
    case .secp256k1: KMIPKeyKind(.ec, 256, .secp256K1)
    case .x25519: KMIPKeyKind(.ec, 256, .curve25519)
    case .x448: KMIPKeyKind(.ec, 448, .curve448)
    case .ed25519: KMIPKeyKind(.ed25519, 256)
    case .ed448: KMIPKeyKind(.ed448, 448)
    case .sm2: KMIPKeyKind(.sm2, 256)
    case .dsa: KMIPKeyKind(.dsa, nil)
    case .dh: KMIPKeyKind(.dh, nil)
    // KMIP has no numbers for these.
    case .mlDSA44, .mlDSA65, .mlDSA87, .mlKEM512, .mlKEM768, .mlKEM1024, .bytes: nil
    }
  }

  /// Whether the AWS door has names for it and for what such a key is for, so that it stands there too. AWS keeps secp256k1 to
  /// signatures.
  func isKnownToAWS(for usages: KeyUsages) -> Bool {
    guard isKnownToAWS, let purpose = purpose(for: usages) else { return false }
    return !(self == .secp256k1 && purpose == [.derive])
  }

  private var isKnownToAWS: Bool {
    switch self {
    case .aes256, .hmac224, .hmac256, .hmac384, .hmac512, .rsa2048, .rsa3072, .rsa4096, .p256, .p384, .p521,
      .secp256k1, .ed25519, .sm2, .mlDSA44, .mlDSA65, .mlDSA87, .mlKEM512, .mlKEM768, .mlKEM1024:
      true
    case .aes128, .aes192, .tripleDES112, .tripleDES168, .chaCha20, .blowfish, .hmacSHA1, .hmacSHA224,
      .hmacSHA256, .hmacSHA384, .hmacSHA512, .rsa1024, .rsa1536, .rsa8192, .p192, .p224, .x25519, .x448,
      .ed448, .dsa, .dh, .bytes:
      false
    }
  }
}

extension ObjectKind {
  init(_ type: KMIP.ObjectType) {
    switch type {
    case .certificate: self = .certificate
    case .symmetricKey: self = .symmetricKey
    case .publicKey: self = .publicKey
    case .privateKey: self = .privateKey
    case .splitKey: self = .splitKey
    case .template: self = .template
    case .secretData: self = .secret
    case .opaqueObject: self = .opaque
    case .pgpKey: self = .pgpKey
    case .certificateRequest: self = .certificateRequest
    }
  }

  var kmip: KMIP.ObjectType {
    switch self {
    case .certificate: .certificate
    case .symmetricKey: .symmetricKey
    case .publicKey: .publicKey
    case .privateKey: .privateKey
    case .splitKey: .splitKey
    case .template: .template
    case .secret: .secretData
    // Names in vaults don't stand in any keyring of KMIP's.
    case .opaque, .vaultItem: .opaqueObject
    case .pgpKey: .pgpKey
    case .certificateRequest: .certificateRequest
    }
  }
}
