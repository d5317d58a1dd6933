/// What a session was begun with: everything that its token says. The principal itself isn't in it, only its id: what it
/// carries is looked up when the session is used, so that changes act on sessions under way.
package struct SessionClaims: Hashable, Sendable {
  package enum Kind: UInt8, Sendable {
    /// The principal is a role that somebody assumed.
    case role = 1
    /// The principal is a user who vouched for somebody.
    case federated = 2
    /// The principal is the user itself.
    case user = 3
  }

  /// What a session can be allowed at most.
  package struct Policies: Hashable, Sendable {
    /// As it was received, byte for byte.
    package let document: [UInt8]?
    package let managed: [IdentityRecord.PolicyReference]

    package init(document: [UInt8]?, managed: [IdentityRecord.PolicyReference]) {
      self.document = document
      self.managed = managed
    }
  }

  package let kind: Kind
  package let account: AccountID
  /// Of the role or the user.
  package let principal: IdentityID
  /// Chosen by whoever began it; empty for a user's own session.
  package let name: String
  package let issuedAt: Instant
  package let expiresAt: Instant
  /// nil: the session may do whatever its principal may.
  package let policies: Policies?
  package let tags: [Tag]
  /// Keys of tags that go on to the sessions that this one begins.
  package let transitiveTags: [String]
  package let sourceIdentity: String?
  /// What policies call the provider whose token began it.
  package let provider: String?

  package init(
    kind: Kind, account: AccountID, principal: IdentityID, name: String, issuedAt: Instant,
    expiresAt: Instant, policies: Policies? = nil, tags: [Tag] = [], transitiveTags: [String] = [],
    sourceIdentity: String? = nil, provider: String? = nil
  ) {
    self.kind = kind
    self.account = account
    self.principal = principal
    self.name = name
    self.issuedAt = issuedAt
    self.expiresAt = expiresAt
    self.policies = policies
    self.tags = tags
    self.transitiveTags = transitiveTags
    self.sourceIdentity = sourceIdentity
    self.provider = provider
  }
}

extension SessionClaims: CanonicallyEncoded {
  private static let tag = "session/1"

  package func encode(into fields: inout CanonicalFields) {
    fields.add(SessionClaims.tag)
    fields.add(UInt64(kind.rawValue))
    fields.add(account.text)
    fields.add(principal.text)
    fields.add(name)
    fields.add(issuedAt)
    fields.add(expiresAt)
    fields.add(policies == nil ? 0 : policies?.document == nil ? 1 : 2)
    if let policies {
      if let document = policies.document { fields.add(document) }
      fields.add(UInt64(policies.managed.count))
      for reference in policies.managed { reference.encodeForSession(into: &fields) }
    }
    fields.add(UInt64(tags.count))
    for tag in tags {
      fields.add(tag.key)
      fields.add(tag.value)
    }
    fields.add(UInt64(transitiveTags.count))
    for key in transitiveTags { fields.add(key) }
    for text in [sourceIdentity, provider] {
      fields.add(text == nil ? 0 : 1)
      if let text { fields.add(text) }
    }
  }

  /// Reads what `canonicalBytes` are.
  /// - Returns: nil for every other sequence of bytes.
  package init?(canonicalBytes bytes: [UInt8]) {
    var fields = CanonicalReader(bytes)
    guard fields.text() == SessionClaims.tag, let kind = fields.number().flatMap(Kind.init(number:)),
      let account = fields.text().flatMap(AccountID.init), let principal = fields.text(),
      let name = fields.text(), let issuedAt = fields.moment() ?? nil, let expiresAt = fields.moment() ?? nil,
      let policies = SessionClaims.policies(&fields), let tags = SessionClaims.tags(&fields),
      let transitive = fields.list({ $0.text() }), let source = SessionClaims.optionalText(&fields),
      let provider = SessionClaims.optionalText(&fields), fields.isAtEnd
    else { return nil }
    self.init(
      kind: kind, account: account, principal: IdentityID(principal), name: name, issuedAt: issuedAt,
      expiresAt: expiresAt, policies: policies.value, tags: tags, transitiveTags: transitive,
      sourceIdentity: source.value, provider: provider.value)
    guard canonicalBytes == bytes else { return nil }
  }

  /// A field that may be absent, and was read.
  private struct Found<Value> {
    let value: Value?
  }

  private static func optionalText(_ fields: inout CanonicalReader) -> Found<String>? {
    switch fields.number() {
    case 0: return Found(value: nil)
    case 1: return fields.text().map { Found(value: $0) }
    default: return nil
    }
  }

  private static func policies(_ fields: inout CanonicalReader) -> Found<Policies>? {
    guard let what = fields.number(), what <= 2 else { return nil }
    guard what > 0 else { return Found(value: nil) }
    var document: [UInt8]?
    if what == 2 {
      guard let bytes = fields.bytes() else { return nil }
      document = bytes
    }
    guard let managed = fields.list({ IdentityRecord.PolicyReference(session: &$0) }) else { return nil }
    return Found(value: Policies(document: document, managed: managed))
  }

  private static func tags(_ fields: inout CanonicalReader) -> [Tag]? {
    fields.list { fields in
      guard let key = fields.text(), let value = fields.text() else { return nil }
      return Tag(key: key, value: value)
    }
  }
}

extension SessionClaims.Kind {
  fileprivate init?(number: UInt64) {
    guard let value = UInt8(exactly: number), let kind = SessionClaims.Kind(rawValue: value) else {
      return nil
    }
    self = kind
  }
}

extension IdentityRecord.PolicyReference {
  /// 1 and the id of a policy of the account, or 2 and the name of one that every account has.
  fileprivate func encodeForSession(into fields: inout CanonicalFields) {
    switch self {
    case .own(let id):
      fields.add(1)
      fields.add(id.text)
    case .builtIn(let name):
      fields.add(2)
      fields.add(name)
    }
  }

  fileprivate init?(session fields: inout CanonicalReader) {
    guard let kind = fields.number(), let text = fields.text() else { return nil }
    switch kind {
    case 1: self = .own(IdentityID(text))
    case 2: self = .builtIn(text)
    default: return nil
    }
  }
}
