import KMSDomain
import KMSEngine
import WireJSON

/// The one algorithm of symmetric keys.
private let symmetric = "SYMMETRIC_DEFAULT"

extension Input {
  /// - Throws: `InvalidKeyUsageException` for an algorithm of other kinds of keys.
  fileprivate mutating func symmetricAlgorithm(_ name: String) throws(AWSError) {
    guard let algorithm = try text(name, .encryptionAlgorithm), algorithm != symmetric else { return }
    throw AWSError(
      "InvalidKeyUsageException", "Algorithm \(algorithm) is incompatible with key spec \(symmetric).")
  }

  /// Members of the service model for callers in attested environments, which this server can't verify yet.
  fileprivate func refuseRecipient() throws(AWSError) {
    guard !has("Recipient") else { throw .unsupported("Recipient is not supported by this server.") }
  }

  fileprivate func isDryRun() throws(AWSError) -> Bool { try flag("DryRun") ?? false }
}

extension AWSCall {
  fileprivate func usedKey(_ text: String?) throws(AWSError) -> KeyReference? {
    guard let text else { return nil }
    return try key(text, .keysAndAliases)
  }
}

struct EncryptOperation: AWSOperation {
  static let name = "Encrypt"

  static func decode(_ json: JSONValue, _ call: AWSCall) throws(AWSError) -> Encrypt {
    let (key, plaintext, context, isDryRun) = try Input.read(json) { (input: inout Input) throws(AWSError) in
      try input.symmetricAlgorithm("EncryptionAlgorithm")
      try input.grantTokens()
      return (
        try input.requiredText("KeyId", .keyID),
        try input.requiredSecret("Plaintext", ModelRange.plaintext), try input.encryptionContext(),
        try input.isDryRun()
      )
    }
    return Encrypt(
      try call.key(key, .keysAndAliases), plaintext: plaintext, context: context, isDryRun: isDryRun)
  }

  static func encode(_ answer: Encrypt.Answer, _ call: AWSCall, into output: inout JSONWriter) {
    output.object { output in
      output.name("CiphertextBlob")
      output.base64(answer.ciphertext.span)
      output.member("KeyId", answer.key.record.resourceName)
      output.member("EncryptionAlgorithm", symmetric)
    }
  }
}

struct DecryptOperation: AWSOperation {
  static let name = "Decrypt"

  static func decode(_ json: JSONValue, _ call: AWSCall) throws(AWSError) -> Decrypt {
    let (ciphertext, key, context, isDryRun) = try Input.read(json) { (input: inout Input) throws(AWSError) in
      try input.symmetricAlgorithm("EncryptionAlgorithm")
      try input.grantTokens()
      try input.refuseRecipient()
      if input.has("DryRunModifiers") {
        throw .unsupported("DryRunModifiers are not supported by this server.")
      }
      return (
        try input.requiredBlob("CiphertextBlob", ModelRange.ciphertext), try input.text("KeyId", .keyID),
        try input.encryptionContext(), try input.isDryRun()
      )
    }
    let reference = try call.usedKey(key)
    do throws(KMSError) {
      return try Decrypt(
        ciphertext, key: reference, region: call.region, context: context, isDryRun: isDryRun)
    } catch {
      throw AWSError(error, in: call.keyring)
    }
  }

  static func encode(_ answer: Decrypt.Answer, _ call: AWSCall, into output: inout JSONWriter) {
    output.object { output in
      output.member("KeyId", answer.key.record.resourceName)
      output.secret("Plaintext", answer.plaintext)
      output.member("EncryptionAlgorithm", symmetric)
      if let name = answer.key.materialName(of: answer.version) { output.member("KeyMaterialId", name) }
    }
  }
}

struct ReEncryptOperation: AWSOperation {
  static let name = "ReEncrypt"

  static func decode(_ json: JSONValue, _ call: AWSCall) throws(AWSError) -> ReEncrypt {
    let request = try Input.read(json) { (input: inout Input) throws(AWSError) in try Request(&input) }
    let source = try call.usedKey(request.source)
    let destination = try call.key(request.destination, .keysAndAliases)
    do throws(KMSError) {
      return try ReEncrypt(
        request.ciphertext, source: source, region: call.region, sourceContext: request.sourceContext,
        destination: destination, destinationContext: request.destinationContext, isDryRun: request.isDryRun)
    } catch {
      throw AWSError(error, in: call.keyring)
    }
  }

  private struct Request {
    let ciphertext: [UInt8]
    let source: String?
    let destination: String
    let sourceContext: EncryptionContext
    let destinationContext: EncryptionContext
    let isDryRun: Bool

    init(_ input: inout Input) throws(AWSError) {
      try input.symmetricAlgorithm("SourceEncryptionAlgorithm")
      try input.symmetricAlgorithm("DestinationEncryptionAlgorithm")
      try input.grantTokens()
      if input.has("DryRunModifiers") {
        throw .unsupported("DryRunModifiers are not supported by this server.")
      }
      ciphertext = try input.requiredBlob("CiphertextBlob", ModelRange.ciphertext)
      source = try input.text("SourceKeyId", .keyID)
      destination = try input.requiredText("DestinationKeyId", .keyID)
      sourceContext = try input.encryptionContext("SourceEncryptionContext")
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
      output.member("SourceEncryptionAlgorithm", symmetric)
      output.member("DestinationEncryptionAlgorithm", symmetric)
      if let name = answer.source.materialName(of: answer.sourceVersion) {
        output.member("SourceKeyMaterialId", name)
      }
      if let name = answer.destination.materialName(of: answer.destination.record.current) {
        output.member("DestinationKeyMaterialId", name)
      }
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
    if let name = answer.key.materialName(of: answer.version) { output.member("KeyMaterialId", name) }
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
    let number = try Input.read(json) { (input: inout Input) throws(AWSError) in
      try input.refuseRecipient()
      if input.has("CustomKeyStoreId") {
        throw .unsupported("Custom key stores are not supported by this server.")
      }
      return try input.integer("NumberOfBytes", ModelRange.numberOfBytes)
    }
    guard let number else { throw .validation("NumberOfBytes is required.") }
    return GenerateRandom(account: call.account, count: number)
  }

  static func encode(_ answer: Payload, _ call: AWSCall, into output: inout JSONWriter) {
    output.object { $0.secret("Plaintext", answer) }
  }
}

extension JSONWriter {
  /// Reads the payload into the answer; it can be read no second time.
  fileprivate mutating func secret(_ name: String, _ payload: Payload) {
    self.name(name)
    var writer = self
    self = JSONWriter(capacity: 0)
    _ = payload.readOnce { writer.base64($0) }
    self = writer
  }
}
