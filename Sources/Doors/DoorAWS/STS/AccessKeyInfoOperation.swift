import KMSDomain
import KMSEngine
import WireJSON

struct GetAccessKeyInfoOperation: QueryOperation {
  static let name = "GetAccessKeyInfo"
  static let service = QueryService.sts

  static func decode(_ input: JSONValue, _ call: AWSCall) throws(AWSError) -> GetAccessKeyInfo {
    try Input.readForm(input) { (input: inout Input) throws(AWSError) in
      GetAccessKeyInfo(try input.requiredText("AccessKeyId", .anyAccessKeyID), account: call.account)
    }
  }

  static func encode(_ answer: AccountID, _ call: AWSCall, into xml: inout XMLWriter) {
    xml.text("Account", answer.text)
  }
}
