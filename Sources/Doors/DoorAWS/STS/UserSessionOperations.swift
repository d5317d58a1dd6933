import KMSDomain
import KMSEngine
import WireJSON

struct GetSessionTokenOperation: QueryOperation {
  static let name = "GetSessionToken"
  static let service = QueryService.sts

  static func decode(_ input: JSONValue, _ call: AWSCall) throws(AWSError) -> GetSessionToken {
    try Input.readForm(input) { (input: inout Input) throws(AWSError) in
      let seconds = try input.integer("DurationSeconds", 900...129_600)
      try input.refuseSecondFactor()
      return GetSessionToken(account: call.account, seconds: seconds)
    }
  }

  static func encode(_ answer: BegunSession, _ call: AWSCall, into xml: inout XMLWriter) {
    xml.credentials(answer)
  }
}

struct GetFederationTokenOperation: QueryOperation {
  static let name = "GetFederationToken"
  static let service = QueryService.sts

  static func decode(_ input: JSONValue, _ call: AWSCall) throws(AWSError) -> GetFederationToken {
    try Input.readForm(input) { (input: inout Input) throws(AWSError) in
      GetFederationToken(
        SessionTerms(
          name: try input.requiredText("Name", .federatedName),
          seconds: try input.integer("DurationSeconds", 900...129_600), policy: try input.sessionPolicy(),
          policies: try input.sessionPolicies(), tags: try input.sessionTags()),
        account: call.account)
    }
  }

  static func encode(_ answer: BegunSession, _ call: AWSCall, into xml: inout XMLWriter) {
    xml.credentials(answer)
    xml.element("FederatedUser") { xml in
      xml.text("FederatedUserId", "\(answer.claims.account.text):\(answer.claims.name)")
      xml.text("Arn", answer.principal)
    }
    if let size = answer.size { xml.number("PackedPolicySize", size) }
  }
}
