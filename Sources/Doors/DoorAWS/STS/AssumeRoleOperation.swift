import KMSDomain
import KMSEngine
import WireJSON

struct AssumeRoleOperation: QueryOperation {
  static let name = "AssumeRole"
  static let service = QueryService.sts

  static func decode(_ input: JSONValue, _ call: AWSCall) throws(AWSError) -> AssumeRole {
    try Input.readForm(input) { (input: inout Input) throws(AWSError) in
      let terms = try input.roleTerms(withTags: true)
      let role = try input.role(terms)
      try input.refuseSecondFactor()
      return AssumeRole(role, by: call.caller)
    }
  }

  static func encode(_ answer: BegunSession, _ call: AWSCall, into xml: inout XMLWriter) {
    xml.credentials(answer)
    xml.assumedRole(answer)
  }
}
