import KMSDomain
import WireJSON

/// A key that its owner brings without anybody on the way having seen it: what is secret is in `key_hsm`.
struct ProtectedJWK: Sendable {
  let type: KeyType
  let operations: [KeyOperation]?
  let blob: KeyTransferBlob
  /// nil: the length of what came says it.
  private let curve: CurveName?

  /// - Returns: nil for a key that comes unprotected.
  /// - Throws: `badParameter`, `unsupported` for types that don't come so.
  init?(_ json: JSONValue) throws(KeyFault) {
    guard json.kind == .object, let field = json.present("key_hsm") else { return nil }
    guard let bytes = field.anyBase64 else { throw .invalid("key_hsm") }
    guard let text = try json.text("kty") else { throw .missing("kty") }
    guard let type = KeyType(text) else { throw .invalid("kty") }
    switch type.family {
    case .rsa, .oct: curve = nil
    case .ec:
      guard let name = try json.text("crv") else { throw .missing("crv") }
      guard let named = CurveName(named: name), named != .ed25519 else { throw .invalid("crv") }
      curve = named
    case .okp, .akp: throw .unsupported("Keys of type \(type.text) can not be imported by key_hsm.")
    }
    self.type = type.inHSM
    operations = try KeyOperation.list(json)
    blob = try KeyTransferBlob(bytes)
  }

  /// What kind of key it is, if it is one: custody finds out whether that is true.
  /// - Parameter modulus: bytes of the key exchange key's.
  /// - Throws: `badParameter` for a length that no such key has.
  func spec(under modulus: Int) throws(KeyFault) -> KeySpec {
    if let curve { return curve.spec }
    let wrapped = blob.ciphertext.count - modulus
    guard let spec = type.family == .oct ? ProtectedJWK.aes(wrapped) : ProtectedJWK.rsa(wrapped) else {
      throw .invalid("key_hsm.ciphertext")
    }
    return spec
  }

  /// Key wrap with padding adds a block of 8 bytes.
  private static func aes(_ wrapped: Int) -> KeySpec? {
    switch wrapped {
    case 24: .aes128
    case 32: .aes192
    case 40: .aes256
    default: nil
    }
  }

  /// PKCS#8 of RSA has about 1216, 1792 and 2372 bytes; the exponents and attributes make little difference.
  private static func rsa(_ wrapped: Int) -> KeySpec? {
    switch wrapped {
    case 1100..<1500: .rsa2048
    case 1700..<2100: .rsa3072
    case 2300..<2800: .rsa4096
    default: nil
    }
  }
}
