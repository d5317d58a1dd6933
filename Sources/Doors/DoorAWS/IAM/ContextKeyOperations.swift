import KMSDomain
import KMSEngine
import WireJSON

struct GetContextKeysForCustomPolicyOperation: IdentityOperation {
  static let action = Action.getContextKeysForCustomPolicy

  static func decode(_ input: JSONValue, _ call: AWSCall) throws(AWSError) -> PureAnswer<[[UInt8]]> {
    try Input.readForm(input) { (input: inout Input) throws(AWSError) in
      if !input.has("PolicyInputList") { input.missing("policyInputList") }
      return PureAnswer(action, name, of: call.account, try input.policyList())
    }
  }

  static func encode(_ answer: [[UInt8]], _ call: AWSCall, into xml: inout XMLWriter) {
    xml.list("ContextKeyNames", texts: ContextKeyNames.all(in: answer))
  }
}

struct GetContextKeysForPrincipalPolicyOperation: IdentityOperation {
  static let action = Action.getContextKeysForPrincipalPolicy

  static func decode(_ input: JSONValue, _ call: AWSCall) throws(AWSError) -> GetPrincipalPolicies {
    try Input.readForm(input) { (input: inout Input) throws(AWSError) in
      let text = try input.requiredText("PolicySourceArn", .identityARN)
      let name = IdentityName(arn: text).flatMap { [.user, .group, .role].contains($0.kind) ? $0 : nil }
      if name == nil {
        input.refuse(AWSError("InvalidInput", "Invalid Entity Arn: \(AWSError.quoted(text))"))
      }
      return GetPrincipalPolicies(
        action, self.name, name ?? IdentityName(.user, "", in: call.account), and: try input.policyList())
    }
  }

  static func encode(_ answer: [[UInt8]], _ call: AWSCall, into xml: inout XMLWriter) {
    xml.list("ContextKeyNames", texts: ContextKeyNames.all(in: answer))
  }
}

extension Input {
  /// Documents of identity policies that nobody carries yet.
  fileprivate mutating func policyList() throws(AWSError) -> [[UInt8]] {
    let documents = try texts("PolicyInputList", SimulationLimits.documents, .policyDocument) ?? []
    for document in documents {
      do throws(KMSError) {
        _ = try PolicyCompiler.compile(Array(document.utf8), as: .identity)
      } catch {
        refuse(AWSError("InvalidInput", AWSError(error).message))
      }
    }
    return documents.map { Array($0.utf8) }
  }
}
