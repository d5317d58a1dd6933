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
  /// Of ML-DSA alone: what the signature is for (FIPS 204 section 5.2).
  private let context: [UInt8]

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
    let mu = try json.bytes("external_mu")
    context = try json.bytes("context") ?? []
    try SignatureRequest.check(name, given, member, mu: mu, context)
    if let mu {
      (input, form) = (mu, .externalMu)
    } else {
      // Without an algorithm nothing else than ML-DSA is meant, but most who leave it out have forgotten it.
      guard let given else { throw name == nil ? .missing("alg") : .missing(member) }
      (input, form) = (given, .raw)
    }
    try name?.require(digestOf: input.count, member)
  }

  /// - Throws: `badParameter` for what only ML-DSA has, and for what doesn't go together.
  private static func check(
    _ name: SignatureName?, _ given: [UInt8]?, _ member: String, mu: [UInt8]?, _ context: [UInt8]
  ) throws(KeyFault) {
    guard name?.isPostQuantum ?? true || mu == nil && context.isEmpty else {
      throw .badParameter("Properties external_mu and context are for ML-DSA keys only.")
    }
    guard mu == nil || given == nil else {
      throw .badParameter("Either \(member) or external_mu is given, not both.")
    }
    guard mu == nil || context.isEmpty else {
      throw .badParameter("Either context or external_mu is given, not both.")
    }
    guard context.count <= SigningAlgorithm.mlDSA.longestContext(with: .raw) else {
      throw .invalid("context")
    }
  }

  /// - Parameter kid: what the key is called; it refuses one that isn't meant.
  func work(_ key: KeyReference, _ kid: @escaping @Sendable (KeyRecord) throws(KMSError) -> CalledKey) -> Work
  {
    guard let name, !name.isPostQuantum else { return postQuantum(key, kid) }
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

  private func postQuantum(
    _ key: KeyReference, _ kid: @escaping @Sendable (KeyRecord) throws(KMSError) -> CalledKey
  ) -> Work {
    let message = Payload(copying: input.span)
    let name = name
    let admit: KeyAdmission = { record throws(KMSError) in
      let called = try kid(record)
      try KeyFault.passing { () throws(KeyFault) in try name?.require(record.spec, called) }
    }
    guard let signature else {
      return .sign(
        Sign(
          key, message: message, form: form, by: .mlDSA, context: context, isDryRun: false, admit: admit))
    }
    return .verify(
      Verify(
        key, signature: signature, message: message, form: form, by: .mlDSA, context: context,
        isDryRun: false, admit: admit))
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
