import KMSDomain
import KMSEngine
import WireJSON

struct GetKeyLastUsageOperation: AWSOperation {
  static let name = "GetKeyLastUsage"

  static func decode(_ json: JSONValue, _ call: AWSCall) throws(AWSError) -> GetKeyLastUsage {
    GetKeyLastUsage(try call.managedKey(json))
  }

  static func encode(_ answer: GetKeyLastUsage.Answer, _ call: AWSCall, into output: inout JSONWriter) {
    output.object { output in
      output.member("KeyId", answer.key.record.identifier)
      output.name("KeyLastUsage")
      output.object { output in
        if let use = answer.use { write(use, into: &output) }
      }
      output.name("TrackingStartDate")
      output.seconds(milliseconds: answer.since.milliseconds)
      output.name("KeyCreationDate")
      output.seconds(milliseconds: answer.key.record.createdAt.milliseconds)
    }
  }

  /// In place of CloudTrail's event id stands the id of the record in this server's own log.
  private static func write(_ use: KeyUse, into output: inout JSONWriter) {
    output.member("Operation", name(of: use.kind))
    output.name("Timestamp")
    output.seconds(milliseconds: use.time.milliseconds)
    output.member("CloudTrailEventId", use.request.bits.hex)
    output.member("KmsRequestId", use.request.text)
  }

  private static func name(of kind: KeyUse.Kind) -> String {
    switch kind {
    case .encrypt: "Encrypt"
    case .decrypt: "Decrypt"
    case .reEncrypt: "ReEncrypt"
    case .generateDataKey: "GenerateDataKey"
    case .generateDataKeyWithoutPlaintext: "GenerateDataKeyWithoutPlaintext"
    case .generateDataKeyPair: "GenerateDataKeyPair"
    case .generateDataKeyPairWithoutPlaintext: "GenerateDataKeyPairWithoutPlaintext"
    case .sign: "Sign"
    case .verify: "Verify"
    case .generateMac: "GenerateMac"
    case .verifyMac: "VerifyMac"
    case .deriveSharedSecret: "DeriveSharedSecret"
    case .encapsulate: "Encapsulate"
    case .decapsulate: "Decapsulate"
    }
  }
}
