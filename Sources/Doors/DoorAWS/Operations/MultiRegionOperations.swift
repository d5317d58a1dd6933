import KMSDomain
import KMSEngine
import WireJSON

/// The replica is finished when it is answered; the answer shows it as AWS does, in the making.
struct ReplicateKeyOperation: AWSOperation {
  static let name = "ReplicateKey"

  static func decode(_ json: JSONValue, _ call: AWSCall) throws(AWSError) -> ReplicateKey {
    let request = try Input.read(json) { (input: inout Input) throws(AWSError) in try Request(&input) }
    if let tags = request.tags { try Tags.check(tags) }
    return ReplicateKey(
      try call.key(request.key, .keys), region: request.region, description: request.description,
      tags: request.tags ?? [], policy: try request.policy.map(PolicyDocument.bytes),
      bypassesLockoutCheck: request.bypasses)
  }

  static func encode(_ answer: ProtectedKey, _ call: AWSCall, into output: inout JSONWriter) {
    output.object { output in
      KeyMetadata.write(answer, as: "ReplicaKeyMetadata", isBeingMade: true, into: &output)
      output.member("ReplicaPolicy", String(decoding: answer.record.policy, as: UTF8.self))
      Tags.write(answer.record.tags, as: "ReplicaTags", into: &output)
    }
  }

  /// The members of the request.
  private struct Request {
    let key: String
    let region: String
    let policy: String?
    let bypasses: Bool
    let description: String
    let tags: [Tag]?

    init(_ input: inout Input) throws(AWSError) {
      key = try input.requiredText("KeyId", .keyID)
      region = try input.requiredText("ReplicaRegion", .region)
      policy = try input.text("Policy", .policy)
      bypasses = try input.flag("BypassPolicyLockoutSafetyCheck") ?? false
      description = try input.text("Description", .description) ?? ""
      tags = try input.tags()
    }
  }
}

struct UpdatePrimaryRegionOperation: AWSOperation {
  static let name = "UpdatePrimaryRegion"

  static func decode(_ json: JSONValue, _ call: AWSCall) throws(AWSError) -> UpdatePrimaryRegion {
    let (key, region) = try Input.read(json) { (input: inout Input) throws(AWSError) in
      (try input.requiredText("KeyId", .keyID), try input.requiredText("PrimaryRegion", .region))
    }
    return UpdatePrimaryRegion(try call.key(key, .keys), region: region)
  }

  static func encode(_ answer: Void, _ call: AWSCall, into output: inout JSONWriter) {}
}
