import KMSDomain
import KMSEngine
import WireJSON

struct SimulateCustomPolicyOperation: QueryOperation {
  static let name = "SimulateCustomPolicy"
  static let service = QueryService.iam

  static func decode(_ input: JSONValue, _ call: AWSCall) throws(AWSError) -> SimulatePolicies<SimulationPage>
  {
    let wanted = try Input.readForm(input) { (input: inout Input) throws(AWSError) in
      if !input.has("PolicyInputList") { input.missing("policyInputList") }
      let wanted = try SimulationInput(&input)
      if wanted.resourcePolicy != nil, wanted.caller == nil { input.refuse(.simulationWithoutCaller) }
      return wanted
    }
    let run = try SimulationRun(wanted, in: call.account)
    return SimulatePolicies(in: call.account) { principal throws(KMSError) in try run.page(principal) }
  }

  static func encode(_ answer: SimulationPage, _ call: AWSCall, into xml: inout XMLWriter) {
    xml.simulation(answer)
  }
}

struct SimulatePrincipalPolicyOperation: QueryOperation {
  static let name = "SimulatePrincipalPolicy"
  static let service = QueryService.iam

  static func decode(_ input: JSONValue, _ call: AWSCall) throws(AWSError) -> SimulatePolicies<SimulationPage>
  {
    let (principal, wanted) = try Input.readForm(input) { (input: inout Input) throws(AWSError) in
      let text = try input.requiredText("PolicySourceArn", .simulatedPrincipal)
      let principal = SimulatePrincipalPolicyOperation.principal(text)
      if principal == nil || principal?.account != call.account {
        input.refuse(.invalidSimulation("Invalid Entity Arn: \(AWSError.quoted(text))"))
      }
      return (principal ?? IdentityName(.user, "", in: call.account), try SimulationInput(&input))
    }
    let run = try SimulationRun(wanted, in: call.account)
    return SimulatePolicies(of: principal) { principal throws(KMSError) in try run.page(principal) }
  }

  static func encode(_ answer: SimulationPage, _ call: AWSCall, into xml: inout XMLWriter) {
    xml.simulation(answer)
  }

  private static func principal(_ text: String) -> IdentityName? {
    guard let arn = ARN(text), arn.service == "iam", let account = AccountID(String(arn.account)),
      let name = text.split(separator: "/").last.map(String.init)
    else { return nil }
    if arn.resource(after: "user/") != nil { return IdentityName(.user, name, in: account) }
    if arn.resource(after: "group/") != nil { return IdentityName(.group, name, in: account) }
    return arn.resource(after: "role/") == nil ? nil : IdentityName(.role, name, in: account)
  }
}

extension TextRule {
  fileprivate static let simulatedPrincipal = TextRule(20...2048)
}

extension AWSError {
  fileprivate static let simulationWithoutCaller = invalidSimulation(
    "CallerArn is required when a ResourcePolicy is given.")
}

extension XMLWriter {
  fileprivate mutating func simulation(_ page: SimulationPage) {
    list("EvaluationResults", page.results) { xml, result in
      xml.text("EvalActionName", result.action)
      xml.text("EvalResourceName", result.resource)
      xml.text("EvalDecision", result.verdict.rawValue)
      xml.findings(result)
      guard result.resource != "*" else { return }
      xml.list("ResourceSpecificResults", [result]) { xml, result in
        xml.text("EvalResourceName", result.resource)
        xml.text("EvalResourceDecision", result.verdict.rawValue)
        xml.findings(result)
      }
    }
    pageEnd(page.next)
  }

  /// What the result of an action and that of one resource have in common.
  private mutating func findings(_ result: Simulation.Result) {
    list("MatchedStatements", result.matches) { xml, match in
      xml.text("SourcePolicyId", match.policy.source)
      xml.text("SourcePolicyType", match.policy.sourceType)
      xml.position("StartPosition", match.statement.start)
      xml.position("EndPosition", match.statement.end)
    }
    list("MissingContextValues", texts: result.missing)
    if let allows = result.boundaryAllows {
      element("PermissionsBoundaryDecisionDetail") { $0.flag("AllowedByPermissionsBoundary", allows) }
    }
  }

  private mutating func position(_ name: String, _ position: SimulatedPosition) {
    element(name) { xml in
      xml.number("Line", position.line)
      xml.number("Column", position.column)
    }
  }
}
