import KMSDomain
import KMSEngine
import WireJSON

extension AWSCall {
  func alias(_ text: String) throws(AWSError) -> KeyName {
    try KeyNames(account: account, region: region).alias(text)
  }

  /// The members `AliasName` and `TargetKeyId`.
  fileprivate func aliasAndTarget(_ json: JSONValue) throws(AWSError) -> (KeyName, KeyReference) {
    let (name, target) = try Input.read(json) { (input: inout Input) throws(AWSError) in
      (try input.requiredText("AliasName", .aliasName), try input.requiredText("TargetKeyId", .keyID))
    }
    let alias = try alias(name)
    // Names with a colon are well-formed wherever one is asked for, but nobody gets one.
    guard !name.utf8.contains(UInt8(ascii: ":")) else {
      throw .validation("\(name) contains invalid characters for an alias")
    }
    let reference = try key(target, .keysAndAliases)
    guard reference.alias == nil else { throw .validation("Aliases must refer to keys. Not aliases") }
    return (alias, reference)
  }
}

struct CreateAliasOperation: AWSOperation {
  static let name = "CreateAlias"
  static func decode(_ json: JSONValue, _ call: AWSCall) throws(AWSError) -> CreateAlias {
    let (name, target) = try call.aliasAndTarget(json)
    return CreateAlias(name, target: target)
  }
  static func encode(_ answer: Void, _ call: AWSCall, into output: inout JSONWriter) {}
}

struct UpdateAliasOperation: AWSOperation {
  static let name = "UpdateAlias"
  static func decode(_ json: JSONValue, _ call: AWSCall) throws(AWSError) -> UpdateAlias {
    let (name, target) = try call.aliasAndTarget(json)
    return UpdateAlias(name, target: target)
  }
  static func encode(_ answer: Void, _ call: AWSCall, into output: inout JSONWriter) {}
}

struct DeleteAliasOperation: AWSOperation {
  static let name = "DeleteAlias"
  static func decode(_ json: JSONValue, _ call: AWSCall) throws(AWSError) -> DeleteAlias {
    let text = try Input.read(json) { (input: inout Input) throws(AWSError) in
      try input.requiredText("AliasName", .aliasName)
    }
    return DeleteAlias(try call.alias(text))
  }
  static func encode(_ answer: Void, _ call: AWSCall, into output: inout JSONWriter) {}
}

struct ListAliasesOperation: AWSOperation {
  static let name = "ListAliases"
  private static let usual = 50
  private static let most = 100

  static func decode(_ json: JSONValue, _ call: AWSCall) throws(AWSError) -> ListAliases {
    let (key, limit, marker) = try Input.read(json) { (input: inout Input) throws(AWSError) in
      (
        try input.text("KeyId", .keyID), try input.integer("Limit", ModelRange.limit),
        try input.text("Marker", .marker)
      )
    }
    var target: KeyReference?
    if let key { target = try call.key(key, .keys) }
    return ListAliases(
      keyring: call.keyring, target: target, marker: try Paging.name(in: marker),
      limit: min(limit ?? usual, most))
  }

  static func encode(_ answer: Page<ListAliases.Entry>, _ call: AWSCall, into output: inout JSONWriter) {
    output.object { output in
      output.name("Aliases")
      output.beginArray()
      for entry in answer.items { write(entry, call, into: &output) }
      output.endArray()
      Paging.write(next: answer.next, into: &output)
    }
  }

  private static func write(_ entry: ListAliases.Entry, _ call: AWSCall, into output: inout JSONWriter) {
    let alias = entry.alias
    output.object { output in
      output.member("AliasName", alias.name.text)
      output.member("AliasArn", ARN.alias(alias.name.text, region: call.region, account: call.account))
      output.member("TargetKeyId", entry.keyIdentifier)
      output.name("CreationDate")
      output.seconds(milliseconds: alias.createdAt.milliseconds)
      output.name("LastUpdatedDate")
      output.seconds(milliseconds: alias.updatedAt.milliseconds)
    }
  }
}
