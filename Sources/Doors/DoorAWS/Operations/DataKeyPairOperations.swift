import KMSDomain
import KMSEngine
import WireJSON

extension KeySpec {
  /// The kinds of key pairs that are made for callers, by what the service model calls them.
  static let dataKeyPairs: [String: KeySpec] = {
    let words = AWSVocabulary()
    let kinds: [KeySpec] = [
      .rsa2048, .rsa3072, .rsa4096, .p256, .p384, .p521, .secp256k1, .sm2, .ed25519, .mlKEM512, .mlKEM768,
      .mlKEM1024,
    ]
    return Dictionary(uniqueKeysWithValues: kinds.map { (words.name(of: $0), $0) })
  }()
}

/// What the two forms are asked with. They differ in what they return, and so in the right that they need.
private struct Request {
  let key: String
  let spec: String
  let context: EncryptionContext
  let isDryRun: Bool

  init(_ input: inout Input) throws(AWSError) {
    try input.grantTokens()
    key = try input.requiredText("KeyId", .keyID)
    spec = try input.requiredText("KeyPairSpec", .dataKeyPairSpec)
    context = try input.encryptionContext()
    isDryRun = try input.isDryRun()
  }

  func work(_ call: AWSCall, withPlaintext: Bool) throws(AWSError) -> GenerateDataKeyPair {
    guard let kind = KeySpec.dataKeyPairs[spec] else { throw .internalError }
    return GenerateDataKeyPair(
      try call.key(key, .keysAndAliases), kind, context: context, withPlaintext: withPlaintext,
      isDryRun: isDryRun)
  }
}

private func write(_ answer: GenerateDataKeyPair.Answer, sealed: [UInt8]?, into output: inout JSONWriter) {
  output.object { output in
    output.name("PrivateKeyCiphertextBlob")
    output.base64(answer.sealed.ciphertext.span)
    if let secret = answer.privateKey { output.secret("PrivateKeyPlaintext", secret, sealed: sealed) }
    output.name("PublicKey")
    output.base64(answer.sealed.publicKey.span)
    output.member("KeyId", answer.key.record.resourceName)
    output.member("KeyPairSpec", AWSVocabulary().name(of: answer.spec))
    output.materialName("KeyMaterialId", answer.key, answer.version)
  }
}

struct GenerateDataKeyPairOperation: RecipientOperation {
  typealias Work = GenerateDataKeyPair
  static let name = "GenerateDataKeyPair"

  static func read(_ json: JSONValue, _ call: AWSCall) throws(AWSError) -> Addressed<GenerateDataKeyPair> {
    let (request, document) = try Input.read(json) { (input: inout Input) throws(AWSError) in
      (try Request(&input), try input.recipient())
    }
    return Addressed(work: try request.work(call, withPlaintext: true), document: document)
  }

  static func encode(
    _ answer: GenerateDataKeyPair.Answer, sealed: [UInt8]?, _ call: AWSCall, into output: inout JSONWriter
  ) {
    write(answer, sealed: sealed, into: &output)
  }
}

struct GenerateDataKeyPairWithoutPlaintextOperation: AWSOperation {
  static let name = "GenerateDataKeyPairWithoutPlaintext"

  static func decode(_ json: JSONValue, _ call: AWSCall) throws(AWSError) -> GenerateDataKeyPair {
    let request = try Input.read(json) { (input: inout Input) throws(AWSError) in try Request(&input) }
    return try request.work(call, withPlaintext: false)
  }

  static func encode(
    _ answer: GenerateDataKeyPair.Answer, _ call: AWSCall, into output: inout JSONWriter
  ) {
    write(answer, sealed: nil, into: &output)
  }
}
