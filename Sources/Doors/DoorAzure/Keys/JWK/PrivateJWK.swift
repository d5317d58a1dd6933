import KMSBytes
import KMSDomain
import WireJSON

/// A key that its owner brings, with all that is secret of it (RFC 7518 section 6, RFC 8037 section 2, RFC 9964 section 4).
struct PrivateJWK: Sendable {
  let type: KeyType
  let spec: KeySpec
  let operations: [KeyOperation]?
  private let json: JSONValue
  private let inHSM: Bool

  /// A number with more bytes is refused before anybody computes with it.
  private static let mostBytes = 1 << 10

  /// - Throws: `badParameter` for members that are missing, malformed or don't fit each other, and see `CurveName.ofEC`. What only custody
  ///   can tell comes later.
  init(_ json: JSONValue, inHSM: Bool) throws(KeyFault) {
    guard json.kind == .object else { throw .invalid("key") }
    guard let text = try json.text("kty") else { throw .missing("kty") }
    guard let type = KeyType(text) else { throw .invalid("kty") }
    self.type = type
    self.json = json
    self.inHSM = inHSM
    operations = try KeyOperation.list(json)
    spec = try PrivateJWK.read(type.family, json, inHSM).spec
  }

  /// Fresh each time: whoever reads it uses it up.
  func material() throws(KeyFault) -> PlainMaterial { try PrivateJWK.read(type.family, json, inHSM).material }

  private static func read(
    _ family: KeyType.Family, _ json: JSONValue, _ inHSM: Bool
  ) throws(KeyFault) -> (spec: KeySpec, material: PlainMaterial) {
    switch family {
    case .rsa: try rsa(json)
    case .ec: try curve(json, inHSM)
    case .oct: try octets(json)
    case .okp: try edwards(json)
    case .akp: try modules(json)
    }
  }

  private static func rsa(_ json: JSONValue) throws(KeyFault) -> (KeySpec, PlainMaterial) {
    let modulus = try json.required(bytes: "n").drop { $0 == 0 }
    let bits = modulus.first.map { modulus.count * 8 - $0.leadingZeroBitCount } ?? 0
    let spec: KeySpec
    switch bits {
    case 2048: spec = .rsa2048
    case 3072: spec = .rsa3072
    case 4096: spec = .rsa4096
    default: throw .badParameter("The modulus has \(bits) bits; 2048, 3072 and 4096 are supported.")
    }
    var numbers: [KeyComponent: Payload] = [:]
    let names: [(String, KeyComponent)] = [
      ("n", .modulus), ("e", .publicExponent), ("d", .privateExponent), ("p", .prime1), ("q", .prime2),
      ("dp", .exponent1), ("dq", .exponent2), ("qi", .coefficient),
    ]
    for (name, component) in names { numbers[component] = try number(name, of: json) }
    guard numbers[.publicExponent] != nil else { throw .missing("e") }
    guard numbers[.privateExponent] != nil || (numbers[.prime1] != nil && numbers[.prime2] != nil) else {
      throw .missing("d")
    }
    return (spec, .components(numbers))
  }

  private static func curve(
    _ json: JSONValue, _ inHSM: Bool
  ) throws(KeyFault) -> (KeySpec, PlainMaterial) {
    guard let name = try json.text("crv") else { throw .missing("crv") }
    let curve = try CurveName.ofEC(name, inHSM: inHSM)
    guard let secret = try number("d", of: json) else { throw .missing("d") }
    var numbers: [KeyComponent: Payload] = [.privateValue: secret]
    if let x = try json.bytes("x"), let y = try json.bytes("y") {
      guard let x = coordinate(x, curve.width) else { throw .invalid("x") }
      guard let y = coordinate(y, curve.width) else { throw .invalid("y") }
      numbers[.publicPoint] = Payload(copying: ([4] + x + y).span)
    }
    return (curve.spec, .components(numbers))
  }

  /// A coordinate as wide as the curve's are: some clients, the Azure CLI among them, leave zeros in front away.
  private static func coordinate(_ bytes: [UInt8], _ width: Int) -> [UInt8]? {
    let number = bytes.drop { $0 == 0 }
    guard !number.isEmpty, number.count <= width else { return nil }
    return [UInt8](repeating: 0, count: width - number.count) + number
  }

  private static func octets(_ json: JSONValue) throws(KeyFault) -> (KeySpec, PlainMaterial) {
    let key = try json.required(payload: "k")
    switch key.count {
    case 16: return (.aes128, .encoded(key, .raw))
    case 24: return (.aes192, .encoded(key, .raw))
    case 32: return (.aes256, .encoded(key, .raw))
    default:
      throw .badParameter("The key has \(key.count * 8) bits; 128, 192 and 256 are supported.")
    }
  }

  private static func edwards(_ json: JSONValue) throws(KeyFault) -> (KeySpec, PlainMaterial) {
    guard try json.text("crv") == CurveName.ed25519.rawValue else { throw .invalid("crv") }
    let key = try json.required(payload: "d")
    guard key.count == CurveName.ed25519.width else { throw .invalid("d") }
    return (.ed25519, .encoded(key, .raw))
  }

  /// The secret is the seed of which the whole key is made (FIPS 204 section 6.1).
  private static func modules(_ json: JSONValue) throws(KeyFault) -> (KeySpec, PlainMaterial) {
    guard let text = try json.text("alg") else { throw .missing("alg") }
    guard let name = MLDSAName(rawValue: text) else { throw .invalid("alg") }
    let seed = try json.required(payload: "priv")
    guard seed.count == MLDSAName.seedLength else { throw .invalid("priv") }
    let publicKey = try json.bytes("pub")
    if let publicKey, publicKey.count != name.publicLength { throw .invalid("pub") }
    return (name.spec, .seed(seed, publicKey: publicKey))
  }

  private static func number(_ name: String, of json: JSONValue) throws(KeyFault) -> Payload? {
    guard let number = try json.payload(name) else { return nil }
    guard (1...mostBytes).contains(number.count) else { throw .invalid(name) }
    return number
  }
}

extension KeyOperation {
  private static let most = 16

  /// The member `key_ops`; nil where there is none.
  /// - Throws: `badParameter`.
  static func list(_ json: JSONValue) throws(KeyFault) -> [KeyOperation]? {
    guard let list = json.present("key_ops") else { return nil }
    guard list.kind == .array, list.count <= most else { throw .invalid("key_ops") }
    var operations: [KeyOperation] = []
    for element in list.elements {
      guard let operation = element.string.flatMap(KeyOperation.init) else { throw .invalid("key_ops") }
      if !operations.contains(operation) { operations.append(operation) }
    }
    return operations
  }
}
