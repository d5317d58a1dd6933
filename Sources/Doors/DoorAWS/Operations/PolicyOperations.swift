import KMSDomain
import KMSEngine
import WireJSON

/// A key has one policy, and this is its name.
private let onlyPolicy = "default"

extension AWSCall {
  /// The members `KeyId` and `PolicyName`.
  fileprivate func keyOfPolicy(_ input: inout Input) throws(AWSError) -> (key: String, policy: String) {
    (try input.requiredText("KeyId", .keyID), try input.text("PolicyName", .policyName) ?? onlyPolicy)
  }

  fileprivate func requireOnlyPolicy(_ name: String) throws(AWSError) {
    guard name == onlyPolicy else { throw AWSError("NotFoundException", "No such policy exists") }
  }
}

struct GetKeyPolicyOperation: AWSOperation {
  static let name = "GetKeyPolicy"

  static func decode(_ json: JSONValue, _ call: AWSCall) throws(AWSError) -> GetKeyPolicy {
    let (key, policy) = try Input.read(json) { (input: inout Input) throws(AWSError) in
      try call.keyOfPolicy(&input)
    }
    try call.requireOnlyPolicy(policy)
    return GetKeyPolicy(try call.key(key, .keys))
  }

  static func encode(_ answer: [UInt8], _ call: AWSCall, into output: inout JSONWriter) {
    output.object { output in
      output.member("Policy", String(decoding: answer, as: UTF8.self))
      output.member("PolicyName", onlyPolicy)
    }
  }
}

struct PutKeyPolicyOperation: AWSOperation {
  static let name = "PutKeyPolicy"

  static func decode(_ json: JSONValue, _ call: AWSCall) throws(AWSError) -> PutKeyPolicy {
    let (names, text, bypasses) = try Input.read(json) { (input: inout Input) throws(AWSError) in
      (
        try call.keyOfPolicy(&input), try input.requiredText("Policy", .policy),
        try input.flag("BypassPolicyLockoutSafetyCheck") ?? false
      )
    }
    try call.requireOnlyPolicy(names.policy)
    return PutKeyPolicy(
      try call.key(names.key, .keys), policy: try PolicyDocument.bytes(text), bypassesLockoutCheck: bypasses)
  }

  static func encode(_ answer: Void, _ call: AWSCall, into output: inout JSONWriter) {}
}

struct ListKeyPoliciesOperation: AWSOperation {
  static let name = "ListKeyPolicies"

  static func decode(_ json: JSONValue, _ call: AWSCall) throws(AWSError) -> ListKeyPolicies {
    let (key, marker) = try Input.read(json) { (input: inout Input) throws(AWSError) in
      _ = try input.integer("Limit", ModelRange.limit)
      return (try input.requiredText("KeyId", .keyID), try input.text("Marker", .marker))
    }
    // There is one name, so no page but the first was ever given out.
    guard marker == nil else { throw .invalidMarker }
    return ListKeyPolicies(try call.key(key, .keys))
  }

  static func encode(_ answer: Void, _ call: AWSCall, into output: inout JSONWriter) {
    output.object { output in
      output.name("PolicyNames")
      output.beginArray()
      output.value(onlyPolicy)
      output.endArray()
      Paging.write(next: nil, into: &output)
    }
  }
}
