import KMSBytes
import KMSDomain
import WireJSON

/// The public members of a JSON Web Key (RFC 7518 section 6, RFC 8037 section 2, RFC 9964 section 4): what anybody may know of a key.
enum PublicJWK: Hashable, Sendable {
  case rsa(n: [UInt8], e: [UInt8])
  case point(CurveName, x: [UInt8], y: [UInt8])
  case ed25519(x: [UInt8])
  case mlDSA(MLDSAName, pub: [UInt8])
  /// Nothing of it is public.
  case oct

  /// - Parameter publicKey: SubjectPublicKeyInfo (DER); nil for symmetric keys.
  /// - Throws: `invalidPublicKey` for kinds that the protocol has no type for.
  init(_ spec: KeySpec, _ publicKey: [UInt8]?, _ forms: any PublicKeyForms) throws(KMSError) {
    guard let family = spec.family else { throw .invalidPublicKey }
    guard family != .oct else {
      self = .oct
      return
    }
    guard let publicKey else { throw .invalidPublicKey }
    let half = PublicHalf(spec: spec, publicKey: publicKey)
    switch family {
    case .rsa: self = try PublicJWK.rsa(of: half, forms)
    case .ec: self = try PublicJWK.point(of: half, forms)
    case .okp: self = .ed25519(x: try forms.write(half, as: .raw))
    case .akp: self = try PublicJWK.mlDSA(of: half)
    case .oct: self = .oct
    }
  }

  /// Without sign: the modulus of a 2048-bit key has 256 bytes.
  private static func rsa(of half: PublicHalf, _ forms: any PublicKeyForms) throws(KMSError) -> PublicJWK {
    let numbers = try forms.components(of: half)
    guard let modulus = numbers[.modulus], let exponent = numbers[.publicExponent] else {
      throw .invalidPublicKey
    }
    return .rsa(n: Array(modulus.drop { $0 == 0 }), e: Array(exponent.drop { $0 == 0 }))
  }

  private static func point(of half: PublicHalf, _ forms: any PublicKeyForms) throws(KMSError) -> PublicJWK {
    let point = try forms.write(half, as: .raw)
    guard let curve = CurveName(half.spec), point.count == 1 + 2 * curve.width, point.first == 4 else {
      throw .invalidPublicKey
    }
    return .point(
      curve, x: Array(point.dropFirst().prefix(curve.width)), y: Array(point.suffix(curve.width)))
  }

  /// The key is all of the bit string, and that comes last.
  private static func mlDSA(of half: PublicHalf) throws(KMSError) -> PublicJWK {
    guard let name = MLDSAName(half.spec), half.publicKey.count > name.publicLength else {
      throw .invalidPublicKey
    }
    return .mlDSA(name, pub: Array(half.publicKey.suffix(name.publicLength)))
  }
}

extension PublicJWK {
  /// Writes the members into an object.
  func write(into json: inout JSONWriter) {
    switch self {
    case .rsa(let n, let e):
      json.member("n", bytes: n)
      json.member("e", bytes: e)
    case .point(let curve, let x, let y):
      json.member("crv", curve.rawValue)
      json.member("x", bytes: x)
      json.member("y", bytes: y)
    case .ed25519(let x):
      json.member("crv", CurveName.ed25519.rawValue)
      json.member("x", bytes: x)
    case .mlDSA(let name, let pub):
      json.member("alg", name.rawValue)
      json.member("pub", bytes: pub)
    case .oct: return
    }
  }
}
