import KMSDomain

/// The `kty` of a JSON Web Key (RFC 7517 section 4.1), as Azure has it: `-HSM` says only that an owner asked for hardware.
struct KeyType: Hashable, Sendable {
  enum Family: String, CaseIterable, Sendable {
    case rsa = "RSA"
    case ec = "EC"
    case oct
    /// RFC 8037.
    case okp = "OKP"
    /// Keys of one algorithm alone (RFC 9964).
    case akp = "AKP"
  }

  let family: Family
  let isHSM: Bool

  init(_ family: Family, isHSM: Bool) {
    self.family = family
    self.isHSM = isHSM
  }

  /// In upper or lower case, as the service takes them.
  init?(_ text: String) {
    let text = text.uppercased()
    let isHSM = text.hasSuffix("-HSM")
    let name = isHSM ? String(text.dropLast(4)) : text
    guard let family = Family.allCases.first(where: { $0.rawValue.uppercased() == name }) else { return nil }
    self.init(family, isHSM: isHSM)
  }

  var text: String { family.rawValue + (isHSM ? "-HSM" : "") }

  /// The type of keys in a managed HSM, which holds nothing else.
  var inHSM: KeyType { KeyType(family, isHSM: true) }

  /// All that its owner may ever let such a key be used for.
  var usages: KeyUsages {
    switch family {
    case .rsa: [.encrypt, .decrypt, .sign, .verify, .wrap, .unwrap]
    case .oct: [.encrypt, .decrypt, .wrap, .unwrap, .mac, .verifyMac]
    case .ec, .okp, .akp: [.sign, .verify]
    }
  }
}

extension KeySpec {
  /// - Returns: nil for kinds that the protocol has no type for.
  var family: KeyType.Family? {
    switch self {
    case .rsa2048, .rsa3072, .rsa4096: .rsa
    case .p256, .p384, .p521, .secp256k1: .ec
    case .aes128, .aes192, .aes256: .oct
    case .ed25519: .okp
    case .mlDSA44, .mlDSA65, .mlDSA87: .akp
    case .hmac224, .hmac256, .hmac384, .hmac512, .tripleDES112, .tripleDES168, .chaCha20, .blowfish,
      .hmacSHA1, .hmacSHA224, .hmacSHA256, .hmacSHA384, .hmacSHA512, .rsa1024, .rsa1536, .rsa8192, .sm2,
      .p192, .p224, .x25519, .x448, .ed448, .dsa, .dh, .mlKEM512, .mlKEM768, .mlKEM1024, .bytes:
      nil
    }
  }
}

/// A named curve (RFC 7518 section 6.2.1.1, RFC 8037 section 2); Azure calls secp256k1 otherwise than others do.
enum CurveName: String, CaseIterable, Sendable {
  case p256 = "P-256"
  case p384 = "P-384"
  case p521 = "P-521"
  case p256K = "P-256K"
  case ed25519 = "Ed25519"

  /// In either name.
  init?(named text: String) {
    guard text != "SECP256K1", text != "secp256k1" else {
      self = .p256K
      return
    }
    self.init(rawValue: text)
  }

  /// The curve of a key whose type is EC.
  /// - Throws: `badParameter` for what isn't one, in managed HSMs `unsupportedCurve`.
  static func ofEC(_ name: String, inHSM: Bool) throws(KeyFault) -> CurveName {
    if let curve = CurveName(named: name), curve != .ed25519 { return curve }
    throw inHSM ? .unsupportedCurve(name) : .invalid("crv")
  }

  init?(_ spec: KeySpec) {
    guard let found = CurveName.allCases.first(where: { $0.spec == spec }) else { return nil }
    self = found
  }

  var spec: KeySpec {
    switch self {
    case .p256: .p256
    case .p384: .p384
    case .p521: .p521
    case .p256K: .secp256k1
    case .ed25519: .ed25519
    }
  }

  /// Bytes of a coordinate, and of each number of a signature.
  var width: Int {
    switch self {
    case .p256, .p256K, .ed25519: 32
    case .p384: 48
    case .p521: 66
    }
  }
}

/// A parameter set of FIPS 204, by its JOSE name (RFC 9964 section 3).
enum MLDSAName: String, CaseIterable, Sendable {
  case mlDSA44 = "ML-DSA-44"
  case mlDSA65 = "ML-DSA-65"
  case mlDSA87 = "ML-DSA-87"

  init?(_ spec: KeySpec) {
    guard let found = MLDSAName.allCases.first(where: { $0.spec == spec }) else { return nil }
    self = found
  }

  var spec: KeySpec {
    switch self {
    case .mlDSA44: .mlDSA44
    case .mlDSA65: .mlDSA65
    case .mlDSA87: .mlDSA87
    }
  }

  /// Bytes (FIPS 204 section 6.1).
  static let seedLength = 32

  /// Bytes of a public key (FIPS 204, table 2).
  var publicLength: Int {
    switch self {
    case .mlDSA44: 1312
    case .mlDSA65: 1952
    case .mlDSA87: 2592
    }
  }
}
