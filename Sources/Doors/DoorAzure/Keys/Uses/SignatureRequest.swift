import KMSBytes
import KMSDomain
import KMSEngine
import WireJSON

/// Sign or verify, by whatever the key is.
struct SignatureRequest: Sendable {
  /// How the engine is asked: codes have rights of their own, and ML-DSA hasn't parameters.
  enum Work: Sendable {
    case object(UseObject)
    case sign(Sign)
    case verify(Verify)
  }

  /// nil: it signs.
  private let signature: [UInt8]?
  /// nil: by the key's own algorithm, which there is one of.
  private let name: SignatureName?
  /// The hash, or where the algorithm wants it the message itself.
  private let input: [UInt8]
  private let form: MessageForm

  /// - Throws: `badParameter`.
  init(_ json: JSONValue, verifies: Bool) throws(KeyFault) {
    let text = try json.text("alg")
    name = try text.map { (text) throws(KeyFault) in
      guard let name = SignatureName(rawValue: text) else { throw .invalid("alg") }
      return name
    }
    let member = verifies ? "digest" : "value"
    let given = try json.bytes(member)
    signature = verifies ? try json.required(bytes: "value") : nil
    if name?.isPostQuantum ?? true, let mu = try json.bytes("external_mu") {
      guard given == nil else { throw .badParameter("Either \(member) or external_mu is given, not both.") }
      (input, form) = (mu, .externalMu)
    } else {
      // Without an algorithm nothing else than ML-DSA is meant, but most who leave it out have forgotten it.
      guard let given else { throw name == nil ? .missing("alg") : .missing(member) }
      (input, form) = (given, .raw)
    }
    if let context = try json.bytes("context"), !context.isEmpty {
      throw .unsupported("A context is not supported by this server.")
    }
    try name?.require(digestOf: input.count, member)
  }

  /// - Parameter kid: what the key is called; it refuses one that isn't meant.
  func work(_ key: KeyReference, _ kid: @escaping @Sendable (KeyRecord) throws(KMSError) -> CalledKey) -> Work
  {
    guard let name, !name.isPostQuantum else { return postQuantum(key) }
    let action: Action =
      name.isMAC ? signature == nil ? .generateMac : .verifyMac : signature == nil ? .sign : .verify
    return .object(
      UseObject(signature == nil ? "Sign" : "Verify", action, key) { found throws(KMSError) in
        let called = try kid(found.record)
        return try KeyFault.passing { () throws(KeyFault) -> ObjectUse in
          try name.require(found.record.spec, called)
          return use(name)
        }
      })
  }

  private func postQuantum(_ key: KeyReference) -> Work {
    let message = Payload(copying: input.span)
    guard let signature else {
      return .sign(Sign(key, message: message, form: form, by: .mlDSA, isDryRun: false))
    }
    return .verify(
      Verify(key, signature: signature, message: message, form: form, by: .mlDSA, isDryRun: false))
  }

  private func use(_ name: SignatureName) -> ObjectUse {
    let text = Payload(copying: input.span)
    if case .hmac(let hash) = name.method {
      guard let signature else { return .mac(text, .hmac(hash)) }
      return .verifyMac(signature, of: text, .hmac(hash))
    }
    let parameters = name.parameters
    guard let signature else { return .sign(text, parameters) }
    return .verify(inner(signature, name), of: text, parameters)
  }

  /// A signature as the engine has it. What hasn't the right width is none.
  private func inner(_ signature: [UInt8], _ name: SignatureName) -> [UInt8] {
    guard case .curve(let curve, _) = name.method else { return signature }
    return PlainSignature.der(signature, width: curve.width) ?? []
  }

  /// A signature as the protocol has it.
  /// - Throws: `custodyUnavailable` for what can't be one of such a key.
  func outer(_ signature: [UInt8]) throws(KMSError) -> [UInt8] {
    guard let name, case .curve(let curve, _) = name.method else { return signature }
    guard let plain = PlainSignature.plain(signature, width: curve.width) else { throw .custodyUnavailable }
    return plain
  }

  /// Writes a signature as the answer.
  static func write(_ signature: [UInt8], _ kid: String, into json: inout JSONWriter) {
    json.beginObject()
    json.member("kid", kid)
    json.member("value", bytes: signature)
    json.endObject()
  }

  /// Writes whether a signature was right.
  static func write(_ isRight: Bool, into json: inout JSONWriter) {
    json.beginObject()
    json.member("value", isRight)
    json.endObject()
  }
}

extension SignatureName {
  fileprivate var isPostQuantum: Bool {
    switch method {
    case .mlDSA: true
    case .rsa, .curve, .edDSA, .hmac: false
    }
  }

  /// Of key pairs.
  fileprivate var parameters: SignatureParameters {
    switch method {
    case .rsa(let parameters), .curve(_, let parameters): parameters
    case .edDSA, .hmac, .mlDSA: SignatureParameters(.edDSA, hash: nil)
    }
  }
}
