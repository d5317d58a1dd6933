import KMSDomain

/// What a key is on a token, and what the token must be able to do for it.
enum PlaceOnToken: Sendable {
  /// Bytes, and the code that is made with it.
  case secret(bytes: Int, Mechanism)
  case rsa(bits: UInt, PairKind.Uses)
  case curve(Curve, PairKind.Uses)

  enum Curve: Sendable {
    case p256
    case p384
    case p521
    case secp256k1
  }

  /// - Returns: nil for kinds that aren't kept on tokens.
  init?(_ spec: KeySpec, _ usages: KeyUsages) {
    let uses = PairKind.Uses(usages)
    switch spec {
    case .aes256: self = .secret(bytes: 32, .sha256HMAC)
    case .hmac224: self = .secret(bytes: 28, .sha224HMAC)
    case .hmac256: self = .secret(bytes: 32, .sha256HMAC)
    case .hmac384: self = .secret(bytes: 48, .sha384HMAC)
    case .hmac512: self = .secret(bytes: 64, .sha512HMAC)
    case .rsa2048: self = .rsa(bits: 2048, uses)
    case .rsa3072: self = .rsa(bits: 3072, uses)
    case .rsa4096: self = .rsa(bits: 4096, uses)
    case .p256: self = .curve(.p256, uses)
    case .p384: self = .curve(.p384, uses)
    case .p521: self = .curve(.p521, uses)
    case .secp256k1: self = .curve(.secp256k1, uses)
    case .aes128, .aes192, .tripleDES112, .tripleDES168, .chaCha20, .blowfish, .hmacSHA1, .hmacSHA224,
      .hmacSHA256, .hmacSHA384, .hmacSHA512, .rsa1024, .rsa1536, .rsa8192, .ed25519, .sm2, .p192, .p224,
      .x25519, .x448,
      .ed448, .dsa, .dh, .mlDSA44, .mlDSA65, .mlDSA87, .mlKEM512, .mlKEM768, .mlKEM1024, .bytes:
      return nil
    }
  }

  var objectClass: ObjectID.Class {
    switch self {
    case .secret: .secret
    case .rsa, .curve: .privateHalf
    }
  }

  /// The first thing that the token doesn't have; nil when it has all.
  func missing(in table: MechanismTable) -> Mechanism? {
    switch self {
    case .secret(_, let code):
      if !table.has(.genericSecretGeneration, for: .generate) { return .genericSecretGeneration }
      return table.has(code, for: .sign) ? nil : code
    case .rsa(let bits, let uses):
      guard table.has(.rsaKeyPairGeneration, for: .generatePair, bits: bits) else {
        return .rsaKeyPairGeneration
      }
      if uses.contains(.sign) {
        for mechanism in [Mechanism.rsaPKCS, .rsaPSS] where !table.has(mechanism, for: .sign) {
          return mechanism
        }
      }
      return uses.contains(.decrypt) && !table.has(.rsaOAEP, for: .decrypt) ? .rsaOAEP : nil
    case .curve(let curve, let uses):
      guard table.has(.ecKeyPairGeneration, for: .generatePair, bits: curve.bits) else {
        return .ecKeyPairGeneration
      }
      if uses.contains(.sign), !table.has(.ecdsa, for: .sign) { return .ecdsa }
      return uses.contains(.derive) && !table.has(.ecdh, for: .derive) ? .ecdh : nil
    }
  }
}

extension PlaceOnToken.Curve {
  var bits: UInt {
    switch self {
    case .p256, .secp256k1: 256
    case .p384: 384
    case .p521: 521
    }
  }

  /// Its object identifier (DER).
  var identifier: [UInt8] {
    switch self {
    case .p256: [0x06, 0x08, 0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x03, 0x01, 0x07]
    case .p384: [0x06, 0x05, 0x2B, 0x81, 0x04, 0x00, 0x22]
    case .p521: [0x06, 0x05, 0x2B, 0x81, 0x04, 0x00, 0x23]
    case .secp256k1: [0x06, 0x05, 0x2B, 0x81, 0x04, 0x00, 0x0A]
    }
  }

  /// Bytes of an uncompressed point.
  var pointLength: Int { 1 + 2 * Int((bits + 7) / 8) }
}

extension PairKind.Uses {
  fileprivate init(_ usages: KeyUsages) {
    self = []
    if usages.contains(.sign) { insert(.sign) }
    if usages.contains(.decrypt) { insert(.decrypt) }
    if usages.contains(.derive) { insert(.derive) }
  }
}

extension Session {
  /// Makes the key.
  /// - Returns: the public numbers of a pair.
  func make(
    _ place: PlaceOnToken, _ object: ObjectID, _ label: String
  ) throws(ReturnCode) -> [KeyComponent: [UInt8]]? {
    switch place {
    case .secret(let bytes, _):
      _ = try makeSecret(.generic, bytes: bytes, id: object.id, label: label)
      return nil
    case .rsa(let bits, let uses):
      let made = try makePair(PairKind(family: .rsa(bits: bits), uses: uses), id: object.id, label: label)
      return [
        .modulus: try attribute(0x120, of: made.publicHalf),
        .publicExponent: try attribute(0x122, of: made.publicHalf),
      ]
    case .curve(let curve, let uses):
      let kind = PairKind(family: .curve(curve.identifier), uses: uses)
      let made = try makePair(kind, id: object.id, label: label)
      return [.publicPoint: try point(of: made.publicHalf, on: curve)]
    }
  }

  /// CKA_EC_POINT is the point in an octet string; some tokens leave the string out.
  private func point(of publicHalf: UInt, on curve: PlaceOnToken.Curve) throws(ReturnCode) -> [UInt8] {
    let told = try attribute(0x181, of: publicHalf)
    guard told.count >= curve.pointLength, told.first == 4 else { throw .generalError }
    return Array(told.suffix(curve.pointLength))
  }
}
