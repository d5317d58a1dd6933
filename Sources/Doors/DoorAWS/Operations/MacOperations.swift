import KMSDomain
import KMSEngine
import WireJSON

/// The members that GenerateMac and VerifyMac share.
private struct CodedMessage {
  let key: String
  let message: Payload
  let algorithm: MACAlgorithm
  let isDryRun: Bool

  init(_ input: inout Input) throws(AWSError) {
    try input.grantTokens()
    message = try input.requiredSecret("Message", ModelRange.plaintext)
    key = try input.requiredText("KeyId", .keyID)
    let algorithm = try input.requiredText("MacAlgorithm", .macAlgorithm)
    // What is none of them is a broken constraint, which ends the reading before this is used.
    self.algorithm = MACAlgorithm.byName[algorithm] ?? .hmacSHA256
    isDryRun = try input.isDryRun()
  }
}

struct GenerateMacOperation: AWSOperation {
  static let name = "GenerateMac"

  static func decode(_ json: JSONValue, _ call: AWSCall) throws(AWSError) -> GenerateMac {
    let request = try Input.read(json) { (input: inout Input) throws(AWSError) in try CodedMessage(&input) }
    return GenerateMac(
      try call.key(request.key, .keysAndAliases), message: request.message, by: request.algorithm,
      isDryRun: request.isDryRun)
  }

  static func encode(_ answer: Used<[UInt8]>, _ call: AWSCall, into output: inout JSONWriter) {
    output.object { output in
      output.blob("Mac", answer.result)
      output.algorithm("MacAlgorithm", answer.algorithm)
      output.member("KeyId", answer.key.record.resourceName)
    }
  }
}

struct VerifyMacOperation: AWSOperation {
  static let name = "VerifyMac"

  static func decode(_ json: JSONValue, _ call: AWSCall) throws(AWSError) -> VerifyMac {
    let (request, code) = try Input.read(json) { (input: inout Input) throws(AWSError) in
      (try CodedMessage(&input), try input.requiredBlob("Mac", ModelRange.ciphertext))
    }
    return VerifyMac(
      try call.key(request.key, .keysAndAliases), code: code, message: request.message,
      by: request.algorithm, isDryRun: request.isDryRun)
  }

  static func encode(_ answer: Used<Void>, _ call: AWSCall, into output: inout JSONWriter) {
    output.object { output in
      output.member("KeyId", answer.key.record.resourceName)
      output.member("MacValid", true)
      output.algorithm("MacAlgorithm", answer.algorithm)
    }
  }
}
