import KMSDomain
import KMSEngine
import WireJSON

struct GetCallerIdentityOperation: QueryOperation {
  static let name = "GetCallerIdentity"
  static let service = QueryService.sts

  static func decode(_ input: JSONValue, _ call: AWSCall) throws(AWSError) -> GetCallerIdentity {
    GetCallerIdentity(account: call.account)
  }

  static func encode(_ answer: Caller, _ call: AWSCall, into xml: inout XMLWriter) {
    xml.text("Arn", answer.principal)
    xml.text("UserId", answer.principalID)
    xml.text("Account", call.account.text)
  }
}
