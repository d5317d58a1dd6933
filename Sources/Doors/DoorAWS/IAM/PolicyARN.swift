import KMSDomain
import WireJSON

extension Input {
  /// A policy that stands by itself, by its ARN.
  mutating func policyARN(_ member: String, _ call: AWSCall) throws(AWSError) -> PolicyName {
    named(try requiredText(member, .identityARN), call)
  }

  mutating func optionalPolicyARN(_ member: String, _ call: AWSCall) throws(AWSError) -> PolicyName? {
    guard let text = try text(member, .identityARN) else { return nil }
    return named(text, call)
  }

  private mutating func named(_ text: String, _ call: AWSCall) -> PolicyName {
    guard let arn = ARN(text) else {
      refuse(.unreadableARN)
      return .foreign(text)
    }
    guard let name = PolicyName(arn, text, in: call.account) else {
      refuse(.invalidPolicyARN(text))
      return .foreign(text)
    }
    return name
  }
}

extension PolicyName {
  /// - Returns: nil when the ARN isn't of a policy.
  init?(_ arn: ARN, _ text: String, in account: AccountID) {
    guard arn.service == "iam", arn.region.isEmpty, let rest = arn.resource(after: "policy/"),
      let name = rest.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false).last,
      !name.isEmpty
    else { return nil }
    if arn.account == "aws" {
      self = .builtIn(ARN.inOurPartition(text))
    } else if arn.account == account.text {
      let path = "/" + String(Substring(rest.utf8.dropLast(name.count)))
      self = .own(IdentityName(.policy, String(Substring(name)), in: account), path: path)
    } else {
      self = .foreign(text)
    }
  }
}

extension AWSError {
  fileprivate static let unreadableARN = AWSError.validation("Invalid ARN:  Could not be parsed!")

  fileprivate static func invalidPolicyARN(_ text: String) -> AWSError {
    AWSError("InvalidInput", "ARN \(AWSError.quoted(text)) is not valid.")
  }
}
