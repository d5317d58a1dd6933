import KMSDomain
import KMSEngine
import WireJSON

struct CreateOpenIDConnectProviderOperation: IdentityOperation {
  static let action = Action.createOpenIDConnectProvider

  static func decode(_ input: JSONValue, _ call: AWSCall) throws(AWSError) -> CreateIdentity {
    try Input.readForm(input) { (input: inout Input) throws(AWSError) in
      input.refuseMembers("ContextProvider", "IdentityCenterInstanceArn")
      let written = try input.requiredText("Url", .providerURL)
      let url = ProviderURL(written)
      if url == nil { input.refuse(.invalidProviderURL) }
      let provider = IdentityRecord.Provider(
        clientIDs: try input.texts("ClientIDList", 0...Int.max, .clientID) ?? [],
        thumbprints: try input.thumbprints() ?? [])
      return CreateIdentity(
        action, name, IdentityName(.provider, url?.name ?? "", in: call.account), path: "/",
        tags: try input.identityTags(of: .provider), body: .provider(provider))
    }
  }

  static func encode(_ answer: DescribedIdentity, _ call: AWSCall, into xml: inout XMLWriter) {
    xml.text("OpenIDConnectProviderArn", AWSVocabulary().name(of: answer.record))
    if !answer.record.tags.isEmpty { xml.tags(answer.record.tags) }
  }
}

struct GetOpenIDConnectProviderOperation: IdentityOperation {
  static let action = Action.getOpenIDConnectProvider

  static func decode(_ input: JSONValue, _ call: AWSCall) throws(AWSError) -> GetIdentity {
    try Input.readForm(input) { (input: inout Input) throws(AWSError) in
      GetIdentity(action, name, try input.provider(call))
    }
  }

  static func encode(_ answer: DescribedIdentity, _ call: AWSCall, into xml: inout XMLWriter) {
    let record = answer.record
    guard case .provider(let provider) = record.body else { return }
    xml.text("Url", record.name)
    xml.list("ClientIDList", texts: provider.clientIDs)
    xml.list("ThumbprintList", texts: provider.thumbprints)
    xml.moment("CreateDate", record.createdAt)
    xml.tags(record.tags)
  }
}

struct ListOpenIDConnectProvidersOperation: IdentityOperation {
  static let action = Action.listOpenIDConnectProviders

  /// The list has no parts: there are never more than the quota.
  private static let most = 1000

  static func decode(_ input: JSONValue, _ call: AWSCall) throws(AWSError) -> ListIdentities {
    ListIdentities(action, name, .provider, of: call.account, under: "/", after: nil, limit: most)
  }

  static func encode(_ answer: Page<IdentityRecord>, _ call: AWSCall, into xml: inout XMLWriter) {
    xml.list("OpenIDConnectProviderList", answer.items) { xml, record in
      xml.text("Arn", AWSVocabulary().name(of: record))
    }
  }
}

struct DeleteOpenIDConnectProviderOperation: IdentityOperation, SilentQueryOperation {
  static let action = Action.deleteOpenIDConnectProvider

  static func decode(_ input: JSONValue, _ call: AWSCall) throws(AWSError) -> DeleteIdentity {
    try Input.readForm(input) { (input: inout Input) throws(AWSError) in
      DeleteIdentity(action, name, try input.provider(call))
    }
  }
}

struct AddClientIDToOpenIDConnectProviderOperation: IdentityOperation, SilentQueryOperation {
  static let action = Action.addClientIDToOpenIDConnectProvider

  static func decode(_ input: JSONValue, _ call: AWSCall) throws(AWSError) -> UpdateProvider {
    try Input.readForm(input) { (input: inout Input) throws(AWSError) in
      UpdateProvider(
        action, name, try input.provider(call), .addClientID(try input.requiredText("ClientID", .clientID)))
    }
  }
}

struct RemoveClientIDFromOpenIDConnectProviderOperation: IdentityOperation, SilentQueryOperation {
  static let action = Action.removeClientIDFromOpenIDConnectProvider

  static func decode(_ input: JSONValue, _ call: AWSCall) throws(AWSError) -> UpdateProvider {
    try Input.readForm(input) { (input: inout Input) throws(AWSError) in
      UpdateProvider(
        action, name, try input.provider(call), .removeClientID(try input.requiredText("ClientID", .clientID))
      )
    }
  }
}

struct UpdateOpenIDConnectProviderThumbprintOperation: IdentityOperation, SilentQueryOperation {
  static let action = Action.updateOpenIDConnectProviderThumbprint

  static func decode(_ input: JSONValue, _ call: AWSCall) throws(AWSError) -> UpdateProvider {
    try Input.readForm(input) { (input: inout Input) throws(AWSError) in
      let provider = try input.provider(call)
      if !input.has("ThumbprintList") { input.missing("thumbprintList") }
      return UpdateProvider(action, name, provider, .setThumbprints(try input.thumbprints() ?? []))
    }
  }
}

extension Input {
  mutating func provider(_ call: AWSCall) throws(AWSError) -> IdentityName {
    let text = try requiredText("OpenIDConnectProviderArn", .identityARN)
    if let name = IdentityName(arn: text), name.kind == .provider { return name }
    refuse(.invalidIdentityARN(text))
    return IdentityName(.provider, "", in: call.account)
  }

  /// SHA-1 digests in hex, as many as AWS takes.
  fileprivate mutating func thumbprints() throws(AWSError) -> [String]? {
    guard let thumbprints = try texts("ThumbprintList", 0...Int.max, .thumbprint) else { return nil }
    if thumbprints.count > 5 { refuse(.tooManyThumbprints) }
    return thumbprints
  }
}

extension AWSError {
  static let invalidProviderURL = AWSError.validation("Invalid Open ID Connect Provider URL")
  static let tooManyThumbprints = AWSError(
    "InvalidInput", "Thumbprint list must contain fewer than 5 entries.")
}
