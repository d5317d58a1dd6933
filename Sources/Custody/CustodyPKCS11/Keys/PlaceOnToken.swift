import KMSDomain

/// What a key is on a token, and what the token must be able to do for it.
enum PlaceOnToken: Sendable {
  /// Bytes, and the code that is made with it.
  case secret(bytes: Int, Mechanism)
  /// A key of AES.
  case cipher(bytes: Int, TokenUses)
  case rsa(bits: UInt, exponent: Int64?, TokenUses)
  case curve(Curve, TokenUses)

  enum Curve: Sendable {
    case p256
    case p384
    case p521
    case secp256k1
  }

  /// - Returns: nil for kinds that aren't kept on tokens.
  init?(_ spec: KeySpec, _ usages: KeyUsages, _ purpose: DevicePurpose) {
    let uses = TokenUses(usages)
    switch spec {
    case .aes128, .aes192, .aes256:
      guard let cipher = PlaceOnToken(aes: spec, usages, purpose) else { return nil }
      self = cipher
    case .hmac224: self = .secret(bytes: 28, .sha224HMAC)
    case .hmac256: self = .secret(bytes: 32, .sha256HMAC)
    case .hmac384: self = .secret(bytes: 48, .sha384HMAC)
    case .hmac512: self = .secret(bytes: 64, .sha512HMAC)
    case .hmacSHA1, .hmacSHA224, .hmacSHA256, .hmacSHA384, .hmacSHA512:
      guard let length = purpose.length, let code = Mechanism.hmac(spec) else { return nil }
      self = .secret(bytes: length, code)
    case .rsa2048: self = .rsa(bits: 2048, exponent: purpose.exponent, uses)
    case .rsa3072: self = .rsa(bits: 3072, exponent: purpose.exponent, uses)
    case .rsa4096: self = .rsa(bits: 4096, exponent: purpose.exponent, uses)
    case .p256: self = .curve(.p256, uses)
    case .p384: self = .curve(.p384, uses)
    case .p521: self = .curve(.p521, uses)
    case .secp256k1: self = .curve(.secp256k1, uses)
    case .tripleDES112, .tripleDES168, .chaCha20, .blowfish, .rsa1024, .rsa1536, .rsa8192, .ed25519, .sm2,
      .p192, .p224, .x25519, .x448, .ed448, .dsa, .dh, .mlDSA44, .mlDSA65, .mlDSA87, .mlKEM512, .mlKEM768,
      .mlKEM1024, .bytes:
      return nil
    }
  }

  /// The doors' fixed algorithms don't use AES on the token: they derive the keys of messages by HMAC.
  private init?(aes spec: KeySpec, _ usages: KeyUsages, _ purpose: DevicePurpose) {
    guard let length = spec.secretLength else { return nil }
    switch purpose {
    case .explicitParameters: self = .cipher(bytes: length, TokenUses(ofAES: usages))
    case .fixedAlgorithms:
      guard spec == .aes256 else { return nil }
      self = .secret(bytes: length, .sha256HMAC)
    }
  }

  /// What its object turns out to be when it is used.
  var form: TokenForm {
    switch self {
    case .secret: .codes
    case .cipher: .cipher
    case .rsa, .curve: .pair
    }
  }

  /// The first thing that the token doesn't have; nil when it has all.
  func missing(in table: MechanismTable) -> Mechanism? {
    switch self {
    case .secret(_, let code):
      if !table.has(.genericSecretGeneration, for: .generate) { return .genericSecretGeneration }
      return table.has(code, for: .sign) ? nil : code
    case .cipher:
      // Which modes there are shows when one is asked for.
      return table.has(.aesGeneration, for: .generate) ? nil : .aesGeneration
    case .rsa(let bits, _, let uses):
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

extension TokenUses {
  /// Of a private half. What is encrypted for a pair is opened in one way, whether it is data or a key.
  fileprivate init(_ usages: KeyUsages) {
    self = []
    if usages.contains(.sign) { insert(.sign) }
    if usages.contains(.decrypt) || usages.contains(.unwrap) { insert(.decrypt) }
    if usages.contains(.derive) { insert(.derive) }
  }

  /// Whatever goes through a cipher may be data or a key, so AES has both uses if it has one; custody tells the two apart.
  fileprivate init(ofAES usages: KeyUsages) {
    self = []
    if !usages.isDisjoint(with: [.encrypt, .wrap]) { insert([.encrypt, .wrap]) }
    if !usages.isDisjoint(with: [.decrypt, .unwrap]) { insert([.decrypt, .wrap]) }
    if !usages.isDisjoint(with: [.mac, .verifyMac]) { insert(.sign) }
  }
}

extension DevicePurpose {
  fileprivate var length: Int? {
    switch self {
    case .fixedAlgorithms: nil
    case .explicitParameters(let length, _): length
    }
  }

  fileprivate var exponent: Int64? {
    switch self {
    case .fixedAlgorithms: nil
    case .explicitParameters(_, let exponent): exponent
    }
  }
}

extension Mechanism {
  /// By which a key of that kind makes codes; nil for other kinds.
  fileprivate static func hmac(_ spec: KeySpec) -> Mechanism? {
    switch spec {
    case .hmacSHA1: .sha1HMAC
    case .hmacSHA224: .sha224HMAC
    case .hmacSHA256: .sha256HMAC
    case .hmacSHA384: .sha384HMAC
    case .hmacSHA512: .sha512HMAC
    case .aes128, .aes192, .aes256, .tripleDES112, .tripleDES168, .chaCha20, .blowfish, .hmac224, .hmac256,
      .hmac384, .hmac512, .rsa1024, .rsa1536, .rsa2048, .rsa3072, .rsa4096, .rsa8192, .p192, .p224, .p256,
      .p384, .p521, .secp256k1, .sm2, .x25519, .x448, .ed25519, .ed448, .dsa, .dh, .mlDSA44, .mlDSA65,
      .mlDSA87, .mlKEM512, .mlKEM768, .mlKEM1024, .bytes:
      nil
    }
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
    case .cipher(let bytes, let uses):
      _ = try makeSecret(.aes(uses), bytes: bytes, id: object.id, label: label)
      return nil
    case .rsa(let bits, let exponent, let uses):
      let family: PairKind.Family =
        if let exponent {
          .rsa(bits: bits, exponent: exponent.bigEndianBytes)
        } else {
          .rsa(bits: bits)
        }
      let made = try makePair(PairKind(family: family, uses: uses), id: object.id, label: label)
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

extension Int64 {
  /// Without leading zeros.
  fileprivate var bigEndianBytes: [UInt8] {
    let all = (0..<8).reversed().map { UInt8(truncatingIfNeeded: self >> (8 * Int64($0))) }
    return Array(all.drop { $0 == 0 })
  }
}
