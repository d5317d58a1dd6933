import KMSDomain
import KMSEngine
import WireJSON

/// The members that Sign and Verify share.
private struct SignedMessage {
  let key: String
  let message: Payload
  let form: MessageForm
  let algorithm: SigningAlgorithm
  let isDryRun: Bool

  init(_ input: inout Input) throws(AWSError) {
    try input.grantTokens()
    key = try input.requiredText("KeyId", .keyID)
    message = try input.requiredSecret("Message", ModelRange.plaintext)
    let form = try input.text("MessageType", .messageType) ?? "RAW"
    let algorithm = try input.requiredText("SigningAlgorithm", .signingAlgorithm)
    // What is none of them is a broken constraint, which ends the reading before these are used.
    self.form = MessageForm.byName[form] ?? .raw
    self.algorithm = SigningAlgorithm.byName[algorithm] ?? .ed25519
    isDryRun = try input.isDryRun()
  }
}

struct SignOperation: AWSOperation {
  static let name = "Sign"

  static func decode(_ json: JSONValue, _ call: AWSCall) throws(AWSError) -> Sign {
    let request = try Input.read(json) { (input: inout Input) throws(AWSError) in try SignedMessage(&input) }
    return Sign(
      try call.key(request.key, .keysAndAliases), message: request.message, form: request.form,
      by: request.algorithm, isDryRun: request.isDryRun)
  }

  static func encode(_ answer: Used<[UInt8]>, _ call: AWSCall, into output: inout JSONWriter) {
    output.object { output in
      output.member("KeyId", answer.key.record.resourceName)
      output.blob("Signature", answer.result)
      output.algorithm("SigningAlgorithm", answer.algorithm)
    }
  }
}

struct VerifyOperation: AWSOperation {
  static let name = "Verify"

  static func decode(_ json: JSONValue, _ call: AWSCall) throws(AWSError) -> Verify {
    let (request, signature) = try Input.read(json) { (input: inout Input) throws(AWSError) in
      (try SignedMessage(&input), try input.requiredBlob("Signature", ModelRange.ciphertext))
    }
    return Verify(
      try call.key(request.key, .keysAndAliases), signature: signature, message: request.message,
      form: request.form, by: request.algorithm, isDryRun: request.isDryRun)
  }

  static func encode(_ answer: Used<Void>, _ call: AWSCall, into output: inout JSONWriter) {
    output.object { output in
      output.member("KeyId", answer.key.record.resourceName)
      output.member("SignatureValid", true)
      output.algorithm("SigningAlgorithm", answer.algorithm)
    }
  }
}
