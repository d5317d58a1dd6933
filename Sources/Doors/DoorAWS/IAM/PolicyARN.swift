import KMSDomain
import WireJSON

// Policies that stand by themselves, by their ARNs.
extension Input {
  /// One that is to be carried, or no more: those of other accounts can't be.
  mutating func policyARN(_ member: String, _ call: AWSCall) throws(AWSError) -> PolicyName {
    switch try managedPolicy(member) {
    case .own(let name, let path) where name.account != call.account:
      .foreign(ARN.identity(name, path: path))
    case let name: name
    }
  }

  mutating func optionalPolicyARN(_ member: String, _ call: AWSCall) throws(AWSError) -> PolicyName? {
    has(member) ? try policyARN(member, call) : nil
  }

  /// One that is to be looked at, of whatever account: whether the caller may is for the engine to say.
  mutating func managedPolicy(_ member: String = "PolicyArn") throws(AWSError) -> PolicyName {
    let text = try requiredText(member, .identityARN)
    if let name = PolicyName(arn: text) { return name }
    refuse(.invalidIdentityARN(text))
    return .foreign(text)
  }

  /// One that is to be changed: those that every account has can't be.
  mutating func ownPolicy(_ call: AWSCall) throws(AWSError) -> IdentityName {
    switch try managedPolicy() {
    case .own(let name, _): return name
    case .builtIn, .foreign:
      refuse(IdentityFault.builtIn.awsError)
      return IdentityName(.policy, "", in: call.account)
    }
  }
}

extension PolicyName {
  /// - Returns: nil for what isn't the ARN of a managed policy.
  init?(arn text: String) {
    if let name = IdentityName(arn: text) {
      guard name.kind == .policy, let path = name.path else { return nil }
      self = .own(name, path: path)
      return
    }
    guard let arn = ARN(text), arn.service == "iam", arn.region.isEmpty, arn.account == "aws",
      let rest = arn.resource(after: "policy"), let slash = rest.lastIndex(of: "/"),
      TextForm.policyPath.matches(String(rest[...slash])),
      TextForm.identityName.matches(String(rest[rest.index(after: slash)...]))
    else { return nil }
    self = .builtIn(ARN.inOurPartition(text))
  }
}

extension AWSError {
  /// Of something else, or of nothing.
  static func invalidIdentityARN(_ text: String) -> AWSError {
    let message = "ARN \(quoted(text)) is not valid."
    return ARN(text) == nil ? .validation(message) : AWSError("InvalidInput", message)
  }
}
