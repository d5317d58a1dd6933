import KMSDomain
import KMSEngine
import WireJSON

extension AWSCall {
  /// The key of the member `KeyId` for operations that take no alias.
  func managedKey(_ json: JSONValue) throws(AWSError) -> KeyReference {
    let text = try Input.read(json) { (input: inout Input) throws(AWSError) in
      try input.requiredText("KeyId", .keyID)
    }
    return try key(text, .keys)
  }

  func key(_ text: String, _ acceptance: KeyNames.Acceptance) throws(AWSError) -> KeyReference {
    try KeyNames(account: account, region: region).reference(text, acceptance)
  }
}

struct DescribeKeyOperation: AWSOperation {
  static let name = "DescribeKey"

  static func decode(_ json: JSONValue, _ call: AWSCall) throws(AWSError) -> DescribeKey {
    let text = try Input.read(json) { (input: inout Input) throws(AWSError) in
      let text = try input.requiredText("KeyId", .keyID)
      try input.grantTokens()
      return text
    }
    return DescribeKey(try call.key(text, .keysAndAliases))
  }

  static func encode(_ answer: ProtectedKey, _ call: AWSCall, into output: inout JSONWriter) {
    output.object { KeyMetadata.write(answer, into: &$0) }
  }
}

struct ListKeysOperation: AWSOperation {
  static let name = "ListKeys"
  private static let usual = 100

  static func decode(_ json: JSONValue, _ call: AWSCall) throws(AWSError) -> ListKeys {
    let (limit, marker, owners) = try Input.read(json) { (input: inout Input) throws(AWSError) in
      (
        try input.integer("Limit", ModelRange.limit), try input.text("Marker", .marker),
        try input.texts("ResourceOwners", ModelRange.resourceOwners, .resourceOwner)
      )
    }
    if let owners, !owners.contains("SELF") {
      throw .unsupported("Keys that other accounts share are not supported by this server.")
    }
    return ListKeys(keyring: call.keyring, marker: try Paging.name(in: marker), limit: limit ?? usual)
  }

  static func encode(_ answer: Page<String>, _ call: AWSCall, into output: inout JSONWriter) {
    output.object { output in
      output.name("Keys")
      output.beginArray()
      for identifier in answer.items {
        output.object { output in
          output.member("KeyId", identifier)
          output.member("KeyArn", ARN.key(identifier, region: call.region, account: call.account))
        }
      }
      output.endArray()
      Paging.write(next: answer.next, into: &output)
    }
  }
}

struct EnableKeyOperation: AWSOperation {
  static let name = "EnableKey"
  static func decode(_ json: JSONValue, _ call: AWSCall) throws(AWSError) -> EnableKey {
    EnableKey(try call.managedKey(json))
  }
  static func encode(_ answer: Void, _ call: AWSCall, into output: inout JSONWriter) {}
}

struct DisableKeyOperation: AWSOperation {
  static let name = "DisableKey"
  static func decode(_ json: JSONValue, _ call: AWSCall) throws(AWSError) -> DisableKey {
    DisableKey(try call.managedKey(json))
  }
  static func encode(_ answer: Void, _ call: AWSCall, into output: inout JSONWriter) {}
}

struct UpdateKeyDescriptionOperation: AWSOperation {
  static let name = "UpdateKeyDescription"

  static func decode(_ json: JSONValue, _ call: AWSCall) throws(AWSError) -> UpdateKeyDescription {
    let (key, description) = try Input.read(json) { (input: inout Input) throws(AWSError) in
      (try input.requiredText("KeyId", .keyID), try input.requiredText("Description", .description))
    }
    return UpdateKeyDescription(try call.key(key, .keys), description: description)
  }

  static func encode(_ answer: Void, _ call: AWSCall, into output: inout JSONWriter) {}
}

struct ScheduleKeyDeletionOperation: AWSOperation {
  static let name = "ScheduleKeyDeletion"
  private static let usual = 30

  static func decode(_ json: JSONValue, _ call: AWSCall) throws(AWSError) -> ScheduleKeyDeletion {
    let (key, days) = try Input.read(json) { (input: inout Input) throws(AWSError) in
      (
        try input.requiredText("KeyId", .keyID),
        try input.integer("PendingWindowInDays", ModelRange.documentedPendingWindow)
      )
    }
    return ScheduleKeyDeletion(try call.key(key, .keys), windowDays: days ?? usual)
  }

  static func encode(_ answer: ScheduleKeyDeletion.Answer, _ call: AWSCall, into output: inout JSONWriter) {
    output.object { output in
      output.member("KeyId", answer.key.resourceName)
      if let date = answer.date {
        output.name("DeletionDate")
        output.seconds(milliseconds: date.milliseconds)
      }
      output.member("KeyState", KeyMetadata.state(of: answer.key))
      output.member("PendingWindowInDays", answer.windowDays)
    }
  }
}

struct CancelKeyDeletionOperation: AWSOperation {
  static let name = "CancelKeyDeletion"
  static func decode(_ json: JSONValue, _ call: AWSCall) throws(AWSError) -> CancelKeyDeletion {
    CancelKeyDeletion(try call.managedKey(json))
  }
  static func encode(_ answer: KeyRecord, _ call: AWSCall, into output: inout JSONWriter) {
    output.object { $0.member("KeyId", answer.resourceName) }
  }
}
