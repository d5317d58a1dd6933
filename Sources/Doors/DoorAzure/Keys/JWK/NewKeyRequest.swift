import KMSDomain
import WireJSON

/// What kind of key a client wants made.
struct NewKeyRequest: Hashable, Sendable {
  let type: KeyType
  let spec: KeySpec
  let operations: [KeyOperation]
  /// The public one of an RSA key; nil: the usual one.
  let exponent: Int64?

  private static let exponents: ClosedRange<Int64> = 3...Int64(Int32.max)

  /// - Parameter inHSM: vaults make RSA keys with the usual exponent whatever they are asked for.
  /// - Throws: `badParameter` for a type or size that isn't made, and for what doesn't go together; for a curve see `CurveName.ofEC`.
  init(_ json: JSONValue, inHSM: Bool) throws(KeyFault) {
    guard let text = try json.text("kty") else { throw .missing("kty") }
    guard let type = KeyType(text) else { throw .invalid("kty") }
    self.type = type
    spec = try NewKeyRequest.spec(type.family, json, inHSM)
    operations = try KeyOperation.list(json) ?? KeyOperation.usual(for: type)
    exponent = inHSM && type.family == .rsa ? try NewKeyRequest.exponent(json) : nil
  }

  private static func exponent(_ json: JSONValue) throws(KeyFault) -> Int64? {
    guard let exponent = try json.number("public_exponent"), exponent != 0, exponent != 65_537 else {
      return nil
    }
    guard exponents.contains(exponent), exponent % 2 == 1 else { throw .invalid("public_exponent") }
    return exponent
  }

  private static func spec(
    _ family: KeyType.Family, _ json: JSONValue, _ inHSM: Bool
  ) throws(KeyFault) -> KeySpec {
    switch family {
    case .rsa: return try size(json, usual: 2048, [2048: .rsa2048, 3072: .rsa3072, 4096: .rsa4096])
    case .oct: return try size(json, usual: 256, [128: .aes128, 192: .aes192, 256: .aes256])
    case .ec:
      return try CurveName.ofEC(try json.text("crv") ?? CurveName.p256.rawValue, inHSM: inHSM).spec
    case .okp:
      guard try json.text("crv") ?? CurveName.ed25519.rawValue == CurveName.ed25519.rawValue else {
        throw .invalid("crv")
      }
      return .ed25519
    case .akp:
      guard let name = try json.text("alg") else { throw .missing("alg") }
      guard let algorithm = MLDSAName(rawValue: name) else { throw .invalid("alg") }
      return algorithm.spec
    }
  }

  private static func size(
    _ json: JSONValue, usual: Int64, _ specs: [Int64: KeySpec]
  ) throws(KeyFault) -> KeySpec {
    guard let spec = specs[try json.number("key_size") ?? usual] else { throw .invalid("key_size") }
    return spec
  }
}
