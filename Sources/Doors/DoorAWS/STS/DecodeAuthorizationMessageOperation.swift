import KMSEngine
import WireJSON

struct DecodeAuthorizationMessageOperation: QueryOperation {
  static let name = "DecodeAuthorizationMessage"
  static let service = QueryService.sts

  static func decode(_ input: JSONValue, _ call: AWSCall) throws(AWSError) -> DecodeAuthorizationMessage {
    try Input.readForm(input) { (input: inout Input) throws(AWSError) in
      _ = try input.requiredText("EncodedMessage", .encodedMessage)
      return DecodeAuthorizationMessage(account: call.account)
    }
  }

  static func encode(_ answer: String, _ call: AWSCall, into xml: inout XMLWriter) {
    xml.text("DecodedMessage", answer)
  }
}
