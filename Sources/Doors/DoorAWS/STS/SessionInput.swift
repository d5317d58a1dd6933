import KMSDomain
import KMSEngine
import WireJSON

// Members that several operations of STS have.
extension Input {
  /// A role by its ARN.
  mutating func role(_ terms: SessionTerms) throws(AWSError) -> RoleToAssume {
    let text = try requiredText("RoleArn", .roleARN)
    guard let identity = IdentityName(roleARN: text) else {
      throw .validation("\(AWSError.quoted(text)) is invalid")
    }
    return RoleToAssume(text, identity, terms)
  }

  /// - Parameter withTags: the token of a web identity says what there is to say, so that operation has no such members.
  mutating func roleTerms(withTags: Bool) throws(AWSError) -> SessionTerms {
    SessionTerms(
      name: try requiredText("RoleSessionName", .sessionName),
      seconds: try integer("DurationSeconds", 900...43_200), policy: try sessionPolicy(),
      policies: try sessionPolicies(), tags: withTags ? try sessionTags() : [],
      transitiveTags: withTags ? try texts("TransitiveTagKeys", 0...50, .tagKey) ?? [] : [],
      sourceIdentity: withTags ? try text("SourceIdentity", .sourceIdentity) : nil,
      externalID: withTags ? try text("ExternalId", .externalID) : nil)
  }

  mutating func sessionPolicy() throws(AWSError) -> [UInt8]? {
    try text("Policy", .sessionPolicy).map { Array($0.utf8) }
  }

  /// At most ten, as documented.
  mutating func sessionPolicies() throws(AWSError) -> [SessionTerms.PolicyName] {
    guard let elements = try list("PolicyArns", 0...10) else { return [] }
    var result: [SessionTerms.PolicyName] = []
    for (index, element) in elements.enumerated() {
      let path = "policyArns.\(index + 1).member"
      guard let value = element["arn"] else {
        missing(path + ".arn")
        continue
      }
      let text = try text(value, at: { path + ".arn" }, .roleARN)
      guard let name = SessionTerms.PolicyName(arn: text) else {
        refuse(.validation("ARN \(AWSError.quoted(text)) is not valid."))
        continue
      }
      result.append(name)
    }
    return result
  }

  /// Keys are the same in any case.
  mutating func sessionTags() throws(AWSError) -> [Tag] {
    guard let elements = try list("Tags", 0...50) else { return [] }
    var result: [Tag] = []
    for (index, element) in elements.enumerated() {
      let path = "tags.\(index + 1).member"
      guard element.kind == .object else {
        missing(path)
        continue
      }
      let key = try member("Key", of: element, at: path, .tagKey)
      let value = try member("Value", of: element, at: path, .tagValue)
      if result.contains(where: { $0.key.lowercased() == key.lowercased() }) { refuse(.duplicateSessionTags) }
      if key.lowercased().hasPrefix("aws:") { refuse(.reservedSessionTag) }
      result.append(Tag(key: key, value: value))
    }
    return result
  }

  /// There are no second factors here, so whoever brings the code of one is wrong.
  mutating func refuseSecondFactor() throws(AWSError) {
    let serial = try text("SerialNumber", .secondFactor)
    let code = try text("TokenCode", .secondFactorCode)
    if serial != nil || code != nil { refuse(.secondFactor) }
  }
}

extension IdentityName {
  /// `arn:aws:iam::ACCOUNT:role/PATH/NAME`, of which path and name are told apart when the role is found.
  init?(roleARN text: String) { self.init(text, .role, after: "role/") }

  fileprivate init?(_ text: String, _ kind: IdentityKind, after prefix: StaticString) {
    guard let arn = ARN(text), arn.partition == "aws", arn.service == "iam", arn.region.isEmpty,
      let account = AccountID(String(arn.account)), let rest = arn.resource(after: prefix),
      let name = rest.split(separator: "/", omittingEmptySubsequences: false).last, !name.isEmpty
    else { return nil }
    self.init(kind, String(name), in: account)
  }
}

extension SessionTerms.PolicyName {
  /// `arn:aws:iam::ACCOUNT:policy/PATH/NAME`, or `arn:aws:iam::aws:policy/NAME` for one that every account has.
  fileprivate init?(arn text: String) {
    guard let arn = ARN(text), arn.service == "iam", arn.resource(after: "policy/") != nil else { return nil }
    if arn.account == "aws" {
      self.init(text, nil)
      return
    }
    guard let identity = IdentityName(text, .policy, after: "policy/") else { return nil }
    self.init(text, identity)
  }
}
