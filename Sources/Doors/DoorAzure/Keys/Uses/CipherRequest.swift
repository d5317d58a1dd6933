import KMSBytes
import KMSDomain
import KMSEngine
import WireJSON

/// Encrypt, decrypt, wrapkey or unwrapkey: which, the action says.
struct CipherRequest: Sendable {
  let action: Action
  let name: EncryptionName
  private let value: WipedBytes
  private let iv: [UInt8]?
  private let aad: [UInt8]?
  private let tag: [UInt8]?

  /// - Throws: `badParameter` for members that are missing, malformed or of no use to the algorithm.
  init(_ json: JSONValue, _ action: Action) throws(KeyFault) {
    self.action = action
    guard let text = try json.text("alg") else { throw .missing("alg") }
    guard let name = EncryptionName(rawValue: text), name.serves(action) else { throw .invalid("alg") }
    self.name = name
    value = WipedBytes(try json.required(bytes: "value"))
    iv = try json.bytes("iv")
    aad = try json.bytes("aad")
    tag = try json.bytes("tag")
    // A nonce that comes twice gives everything away: the server makes them.
    if case .aes(_, .gcm) = name.method, !isOpening, iv != nil {
      throw .badParameter("Property iv is made by the server for this algorithm.")
    }
  }

  private var isOpening: Bool { action == .decrypt || action == .unwrapKey }

  /// - Parameter kid: what the key is called; it refuses one that isn't meant.
  func work(_ key: KeyReference, _ kid: @escaping @Sendable (KeyRecord) throws(KMSError) -> CalledKey)
    -> UseObject
  {
    UseObject(operation, action, key) { found throws(KMSError) in
      let called = try kid(found.record)
      return try KeyFault.passing { () throws(KeyFault) -> ObjectUse in
        try name.require(found.record.spec, called)
        return use
      }
    }
  }

  private var isWrapping: Bool { action == .wrapKey || action == .unwrapKey }

  /// In audit records.
  private var operation: String {
    isWrapping ? (isOpening ? "UnwrapKey" : "WrapKey") : isOpening ? "Decrypt" : "Encrypt"
  }

  /// Fresh for each attempt: payloads are read once.
  private var use: ObjectUse {
    let text = value.withBytes { Payload(copying: $0) }
    switch name.method {
    case .rsa(let encryption):
      guard isOpening else { return .encrypt(text, encryption) }
      return .decrypt(value.withBytes { [UInt8](copying: $0) }, encryption)
    case .aes(_, let mode):
      let parameters = mode.parameters(iv: iv, isOpening: isOpening)
      guard isOpening else { return .encipher(text, parameters, associated: aad ?? []) }
      return .decipher(text, parameters, associated: aad ?? [], tag: tag)
    }
  }

  /// Writes what came of it.
  func write(_ yield: ObjectYield, _ kid: String, into json: inout JSONWriter) {
    json.beginObject()
    json.member("kid", kid)
    switch yield {
    case .bytes(let data): json.member("value", bytes: data)
    case .text(let text):
      json.name("value")
      text.readOnce { json.base64URL($0) }
    case .enciphered(let result):
      json.member("value", bytes: result.data)
      if let iv = result.iv { json.member("iv", bytes: iv) }
      if let tag = result.tag { json.member("tag", bytes: tag) }
      if let aad { json.member("aad", bytes: aad) }
    case .nothing, .stream: json.member("value", bytes: [])
    }
    json.endObject()
  }
}

extension JSONWriter {
  mutating func member(_ name: String, bytes: [UInt8]) {
    self.name(name)
    base64URL(bytes.span)
  }
}
