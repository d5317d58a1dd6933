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

struct DecryptOperation: AWSOperation {
  static let name = "Decrypt"

  static func decode(_ json: JSONValue, _ call: AWSCall) throws(AWSError) -> Decrypt {
    let (ciphertext, key, algorithm, context, isDryRun) = try Input.read(json) {
      (input: inout Input) throws(AWSError) in
      try input.grantTokens()
      try input.refuseRecipient()
      try input.refuseDryRunModifiers()
      return (
        try input.requiredBlob("CiphertextBlob", ModelRange.ciphertext), try input.text("KeyId", .keyID),
        try input.encryptionAlgorithm("EncryptionAlgorithm"), try input.encryptionContext(),
        try input.isDryRun()
      )
    }
    return Decrypt(try call.source(ciphertext, by: algorithm, key: key), context: context, isDryRun: isDryRun)
  }

  static func encode(_ answer: Decrypt.Answer, _ call: AWSCall, into output: inout JSONWriter) {
    output.object { output in
      output.member("KeyId", answer.key.record.resourceName)
      output.secret("Plaintext", answer.plaintext)
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
      try call.source(request.ciphertext, by: request.sourceAlgorithm, key: request.source),
      sourceContext: request.sourceContext,
      destination: try call.key(request.destination, .keysAndAliases), by: request.destinationAlgorithm,
      destinationContext: request.destinationContext, isDryRun: request.isDryRun)
  }

  private struct Request {
    let ciphertext: [UInt8]
    let source: String?
    let sourceAlgorithm: EncryptionAlgorithm?
    let sourceContext: EncryptionContext
    let destination: String
    let destinationAlgorithm: EncryptionAlgorithm?
    let destinationContext: EncryptionContext
    let isDryRun: Bool

    init(_ input: inout Input) throws(AWSError) {
      try input.grantTokens()
      try input.refuseDryRunModifiers()
      ciphertext = try input.requiredBlob("CiphertextBlob", ModelRange.ciphertext)
      source = try input.text("SourceKeyId", .keyID)
      sourceAlgorithm = try input.encryptionAlgorithm("SourceEncryptionAlgorithm")
      sourceContext = try input.encryptionContext("SourceEncryptionContext")
      destination = try input.requiredText("DestinationKeyId", .keyID)
      destinationAlgorithm = try input.encryptionAlgorithm("DestinationEncryptionAlgorithm")
      destinationContext = try input.encryptionContext("DestinationEncryptionContext")
      isDryRun = try input.isDryRun()
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
) throws(AWSError) -> GenerateDataKey {
  let (key, spec, number, context, isDryRun) = try Input.read(json) { (input: inout Input) throws(AWSError) in
    try input.grantTokens()
    try input.refuseRecipient()
    return (
      try input.requiredText("KeyId", .keyID), try input.text("KeySpec", .dataKeySpec),
      try input.integer("NumberOfBytes", ModelRange.numberOfBytes), try input.encryptionContext(),
      try input.isDryRun()
    )
  }
  guard (spec == nil) != (number == nil) else {
    throw .validation("Please specify either number of bytes or key spec.")
  }
  return GenerateDataKey(
    try call.key(key, .keysAndAliases), count: number ?? (spec == "AES_128" ? 16 : 32), context: context,
    withPlaintext: withPlaintext, isDryRun: isDryRun)
}

private func write(_ answer: GenerateDataKey.Answer, into output: inout JSONWriter) {
  output.object { output in
    output.name("CiphertextBlob")
    output.base64(answer.ciphertext.span)
    if let plaintext = answer.plaintext { output.secret("Plaintext", plaintext) }
    output.member("KeyId", answer.key.record.resourceName)
    output.materialName("KeyMaterialId", answer.key, answer.version)
  }
}

struct GenerateDataKeyOperation: AWSOperation {
  static let name = "GenerateDataKey"
  static func decode(_ json: JSONValue, _ call: AWSCall) throws(AWSError) -> GenerateDataKey {
    try dataKey(json, call, withPlaintext: true)
  }
  static func encode(_ answer: GenerateDataKey.Answer, _ call: AWSCall, into output: inout JSONWriter) {
    write(answer, into: &output)
  }
}

struct GenerateDataKeyWithoutPlaintextOperation: AWSOperation {
  static let name = "GenerateDataKeyWithoutPlaintext"
  static func decode(_ json: JSONValue, _ call: AWSCall) throws(AWSError) -> GenerateDataKey {
    try dataKey(json, call, withPlaintext: false)
  }
  static func encode(_ answer: GenerateDataKey.Answer, _ call: AWSCall, into output: inout JSONWriter) {
    write(answer, into: &output)
  }
}

struct GenerateRandomOperation: AWSOperation {
  static let name = "GenerateRandom"

  static func decode(_ json: JSONValue, _ call: AWSCall) throws(AWSError) -> GenerateRandom {
    let (number, store) = try Input.read(json) { (input: inout Input) throws(AWSError) in
      try input.refuseRecipient()
      return (
        try input.integer("NumberOfBytes", ModelRange.numberOfBytes),
        try input.text("CustomKeyStoreId", .customKeyStoreID)
      )
    }
    guard let number else { throw .validation("NumberOfBytes is required.") }
    return GenerateRandom(
      account: call.account, count: number,
      source: store.map { KeyStoreReference($0, in: call.keyring) })
  }

  static func encode(_ answer: Payload, _ call: AWSCall, into output: inout JSONWriter) {
    output.object { $0.secret("Plaintext", answer) }
  }
}
