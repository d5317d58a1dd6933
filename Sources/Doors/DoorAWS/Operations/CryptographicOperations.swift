import KMSDomain
import KMSEngine
import WireJSON

struct EncryptOperation: AWSOperation {
  static let name = "Encrypt"

  static func decode(_ json: JSONValue, _ call: AWSCall) throws(AWSError) -> Encrypt {
    let (key, plaintext, algorithm, context, isDryRun) = try Input.read(json) {
      (input: inout Input) throws(AWSError) in
      try input.grantTokens()
      return (
        try input.requiredText("KeyId", .keyID), try input.requiredSecret("Plaintext", ModelRange.plaintext),
        try input.encryptionAlgorithm("EncryptionAlgorithm"), try input.encryptionContext(),
        try input.isDryRun()
      )
    }
    return Encrypt(
      try call.key(key, .keysAndAliases), plaintext: plaintext, by: algorithm, context: context,
      isDryRun: isDryRun)
  }

  static func encode(_ answer: Encrypt.Answer, _ call: AWSCall, into output: inout JSONWriter) {
    output.object { output in
      output.name("CiphertextBlob")
      output.base64(answer.ciphertext.span)
      output.member("KeyId", answer.key.record.resourceName)
      output.member("EncryptionAlgorithm", answer.algorithm.awsName)
    }
  }
}

struct DecryptOperation: RecipientOperation {
  typealias Work = Decrypt
  static let name = "Decrypt"

  static func read(_ json: JSONValue, _ call: AWSCall) throws(AWSError) -> Addressed<Decrypt> {
    let (ciphertext, key, algorithm, context, document) = try Input.read(json) {
      (input: inout Input) throws(AWSError) in
      try input.grantTokens()
      return (
        try CiphertextMember(&input), try input.text("KeyId", .keyID),
        try input.encryptionAlgorithm("EncryptionAlgorithm"), try input.encryptionContext(),
        try input.recipient()
      )
    }
    let work = Decrypt(
      try call.source(ciphertext, by: algorithm, key: key), context: context, isDryRun: ciphertext.isDryRun)
    return Addressed(work: work, document: document)
  }

  static func encode(
    _ answer: Decrypt.Answer, sealed: [UInt8]?, _ call: AWSCall, into output: inout JSONWriter
  ) {
    output.object { output in
      output.member("KeyId", answer.key.record.resourceName)
      output.secret("Plaintext", answer.plaintext, sealed: sealed)
      output.member("EncryptionAlgorithm", answer.algorithm.awsName)
      output.materialName("KeyMaterialId", answer.key, answer.version)
    }
  }
}

struct ReEncryptOperation: AWSOperation {
  static let name = "ReEncrypt"

  static func decode(_ json: JSONValue, _ call: AWSCall) throws(AWSError) -> ReEncrypt {
    let request = try Input.read(json) { (input: inout Input) throws(AWSError) in try Request(&input) }
    return ReEncrypt(
      try call.source(
        request.ciphertext, by: request.sourceAlgorithm, key: request.source, member: "SourceKeyId"),
      sourceContext: request.sourceContext,
      destination: try call.key(request.destination, .keysAndAliases), by: request.destinationAlgorithm,
      destinationContext: request.destinationContext, isDryRun: request.ciphertext.isDryRun)
  }

  private struct Request {
    let ciphertext: CiphertextMember
    let source: String?
    let sourceAlgorithm: EncryptionAlgorithm?
    let sourceContext: EncryptionContext
    let destination: String
    let destinationAlgorithm: EncryptionAlgorithm?
    let destinationContext: EncryptionContext

    init(_ input: inout Input) throws(AWSError) {
      try input.grantTokens()
      ciphertext = try CiphertextMember(&input)
      source = try input.text("SourceKeyId", .keyID)
      sourceAlgorithm = try input.encryptionAlgorithm("SourceEncryptionAlgorithm")
      sourceContext = try input.encryptionContext("SourceEncryptionContext")
      destination = try input.requiredText("DestinationKeyId", .keyID)
      destinationAlgorithm = try input.encryptionAlgorithm("DestinationEncryptionAlgorithm")
      destinationContext = try input.encryptionContext("DestinationEncryptionContext")
    }
  }

  static func encode(_ answer: ReEncrypt.Answer, _ call: AWSCall, into output: inout JSONWriter) {
    output.object { output in
      output.name("CiphertextBlob")
      output.base64(answer.ciphertext.span)
      output.member("SourceKeyId", answer.source.record.resourceName)
      output.member("KeyId", answer.destination.record.resourceName)
      output.member("SourceEncryptionAlgorithm", answer.sourceAlgorithm.awsName)
      output.member("DestinationEncryptionAlgorithm", answer.destinationAlgorithm.awsName)
      output.materialName("SourceKeyMaterialId", answer.source, answer.sourceVersion)
      output.materialName(
        "DestinationKeyMaterialId", answer.destination, answer.destination.record.current)
    }
  }
}

/// The two forms of GenerateDataKey differ in what they return, and so in the right that they need.
private func dataKey(
  _ json: JSONValue, _ call: AWSCall, withPlaintext: Bool
) throws(AWSError) -> Addressed<GenerateDataKey> {
  let (key, spec, number, context, isDryRun, document) = try Input.read(json) {
    (input: inout Input) throws(AWSError) in
    try input.grantTokens()
    return (
      try input.requiredText("KeyId", .keyID), try input.text("KeySpec", .dataKeySpec),
      try input.integer("NumberOfBytes", ModelRange.numberOfBytes), try input.encryptionContext(),
      try input.isDryRun(), withPlaintext ? try input.recipient() : nil
    )
  }
  guard (spec == nil) != (number == nil) else {
    throw .validation("Please specify either number of bytes or key spec.")
  }
  let work = GenerateDataKey(
    try call.key(key, .keysAndAliases), count: number ?? (spec == "AES_128" ? 16 : 32), context: context,
    withPlaintext: withPlaintext, isDryRun: isDryRun)
  return Addressed(work: work, document: document)
}

private func write(_ answer: GenerateDataKey.Answer, sealed: [UInt8]?, into output: inout JSONWriter) {
  output.object { output in
    output.name("CiphertextBlob")
    output.base64(answer.ciphertext.span)
    if let plaintext = answer.plaintext { output.secret("Plaintext", plaintext, sealed: sealed) }
    output.member("KeyId", answer.key.record.resourceName)
    output.materialName("KeyMaterialId", answer.key, answer.version)
  }
}

struct GenerateDataKeyOperation: RecipientOperation {
  typealias Work = GenerateDataKey
  static let name = "GenerateDataKey"
  static func read(_ json: JSONValue, _ call: AWSCall) throws(AWSError) -> Addressed<GenerateDataKey> {
    try dataKey(json, call, withPlaintext: true)
  }
  static func encode(
    _ answer: GenerateDataKey.Answer, sealed: [UInt8]?, _ call: AWSCall, into output: inout JSONWriter
  ) {
    write(answer, sealed: sealed, into: &output)
  }
}

struct GenerateDataKeyWithoutPlaintextOperation: AWSOperation {
  static let name = "GenerateDataKeyWithoutPlaintext"
  static func decode(_ json: JSONValue, _ call: AWSCall) throws(AWSError) -> GenerateDataKey {
    try dataKey(json, call, withPlaintext: false).work
  }
  static func encode(_ answer: GenerateDataKey.Answer, _ call: AWSCall, into output: inout JSONWriter) {
    write(answer, sealed: nil, into: &output)
  }
}

struct GenerateRandomOperation: RecipientOperation {
  typealias Work = GenerateRandom
  static let name = "GenerateRandom"

  static func read(_ json: JSONValue, _ call: AWSCall) throws(AWSError) -> Addressed<GenerateRandom> {
    let (number, store, document) = try Input.read(json) { (input: inout Input) throws(AWSError) in
      (
        try input.integer("NumberOfBytes", ModelRange.numberOfBytes),
        try input.text("CustomKeyStoreId", .customKeyStoreID), try input.recipient()
      )
    }
    guard let number else { throw .validation("NumberOfBytes is required.") }
    let work = GenerateRandom(
      account: call.account, count: number, source: store.map { KeyStoreReference($0, in: call.keyring) })
    return Addressed(work: work, document: document)
  }

  static func encode(
    _ answer: Payload, sealed: [UInt8]?, _ call: AWSCall, into output: inout JSONWriter
  ) {
    output.object { $0.secret("Plaintext", answer, sealed: sealed) }
  }
}
