// One form for the record's code and for the store: so nobody can edit a row in a way that the code doesn't cover.

extension IdentityRecord: CanonicallyEncoded {
  private static let tag = "identity/1"

  private static let earlierTag = "principal/1"

  package func encode(into fields: inout CanonicalFields) {
    if case .principal(let name, let userName) = origin {
      return encodeAsPrincipal(name, userName, into: &fields)
    }
    fields.add(IdentityRecord.tag)
    fields.add(id.text)
    fields.add(account.text)
    fields.add(UInt64(kind.rawValue))
    fields.add(name)
    fields.add(path)
    fields.add(createdAt)
    fields.add(list: tags) {
      $0.add($1.key); $0.add($1.value)
    }
    fields.add(generation)
    carried.encode(into: &fields)
    switch body {
    case .root, .group: break
    case .user(let user): fields.add(list: user.groups) { $0.add($1.text) }
    case .role(let role):
      fields.add(role.trust)
      fields.add(list: role.trusted) {
        $0.add($1.name); $0.add($1.id.text)
      }
      fields.add(role.description)
      fields.add(UInt64(clamping: role.maxSessionSeconds))
    case .policy(let policy): policy.encode(into: &fields)
    case .provider(let provider):
      fields.add(list: provider.clientIDs) { $0.add($1) }
      fields.add(list: provider.thumbprints) { $0.add($1) }
    }
  }

  private func encodeAsPrincipal(_ name: String, _ userName: String?, into fields: inout CanonicalFields) {
    fields.add(IdentityRecord.earlierTag)
    fields.add(id.text)
    fields.add(account.text)
    fields.add(name)
    fields.add(userName == nil ? 0 : 1)
    fields.add(userName ?? "")
    fields.add(kind == .root ? 1 : 0)
    fields.add(list: carried.inline) {
      $0.add($1.name); $0.add($1.document)
    }
    fields.add(createdAt)
  }

  /// - Returns: nil when the bytes are anything else than a record.
  package init?(canonical bytes: [UInt8]) {
    var reader = CanonicalReader(bytes)
    switch reader.text() {
    case IdentityRecord.tag: self.init(&reader)
    case IdentityRecord.earlierTag: self.init(principal: &reader)
    default: return nil
    }
    guard reader.isAtEnd else { return nil }
  }

  private init?(principal reader: inout CanonicalReader) {
    guard let id = reader.text(), let account = reader.text().flatMap(AccountID.init),
      let name = reader.text(), let isUser = reader.number(), let userName = reader.text(),
      let isRoot = reader.number(), let inline = reader.list({ IdentityRecord.InlinePolicy(&$0) }),
      case .some(.some(let createdAt)) = reader.moment()
    else { return nil }
    let user = isUser == 1 ? userName : nil
    self.init(
      id: IdentityID(id), account: account, name: user ?? "root", createdAt: createdAt,
      body: isRoot == 1 ? .root : .user(User(carried: Carried(inline: inline))),
      origin: .principal(name: name, userName: user))
  }

  private init?(_ reader: inout CanonicalReader) {
    guard let id = reader.text(),
      let account = reader.text().flatMap(AccountID.init),
      let kind = reader.number().flatMap({ UInt8(exactly: $0) }).flatMap(IdentityKind.init),
      let name = reader.text(), let path = reader.text(), case .some(.some(let createdAt)) = reader.moment(),
      let tags = reader.list({ Tag(&$0) }), let generation = reader.number(),
      let carried = Carried(&reader), let body = Body(kind, carried, &reader)
    else { return nil }
    self.init(
      id: IdentityID(id), account: account, name: name, path: path, createdAt: createdAt, tags: tags,
      body: body, generation: generation)
  }
}

extension IdentityRecord.Body {
  fileprivate init?(
    _ kind: IdentityKind, _ carried: IdentityRecord.Carried, _ reader: inout CanonicalReader
  ) {
    switch kind {
    case .root: self = .root
    case .group: self = .group(carried)
    case .user:
      guard let groups = reader.list({ $0.text().map(IdentityID.init) }) else { return nil }
      self = .user(IdentityRecord.User(carried: carried, groups: groups))
    case .role:
      guard let trust = reader.bytes(),
        let trusted = reader.list({ IdentityRecord.TrustedPrincipal(&$0) }), let description = reader.text(),
        let seconds = reader.number().flatMap({ Int(exactly: $0) })
      else { return nil }
      self = .role(
        IdentityRecord.Role(
          carried: carried, trust: trust, trusted: trusted, description: description,
          maxSessionSeconds: seconds))
    case .policy:
      guard let policy = IdentityRecord.ManagedPolicy(&reader) else { return nil }
      self = .policy(policy)
    case .provider:
      guard let clientIDs = reader.list({ $0.text() }), let thumbprints = reader.list({ $0.text() }) else {
        return nil
      }
      self = .provider(IdentityRecord.Provider(clientIDs: clientIDs, thumbprints: thumbprints))
    }
  }
}

extension IdentityRecord.Carried {
  fileprivate func encode(into fields: inout CanonicalFields) {
    fields.add(list: inline) {
      $0.add($1.name); $0.add($1.document)
    }
    fields.add(list: attached) { $1.encode(into: &$0) }
    fields.add(list: [boundary].compactMap { $0 }) { $1.encode(into: &$0) }
  }

  fileprivate init?(_ reader: inout CanonicalReader) {
    guard
      let inline = reader.list({ IdentityRecord.InlinePolicy(&$0) }),
      let attached = reader.list({ IdentityRecord.PolicyReference(&$0) }),
      let boundary = reader.list({ IdentityRecord.PolicyReference(&$0) }), boundary.count <= 1
    else { return nil }
    self.init(inline: inline, attached: attached, boundary: boundary.first)
  }
}

extension IdentityRecord.InlinePolicy {
  fileprivate init?(_ reader: inout CanonicalReader) {
    guard let name = reader.text(), let document = reader.bytes() else { return nil }
    self.init(name: name, document: document)
  }
}

extension IdentityRecord.TrustedPrincipal {
  fileprivate init?(_ reader: inout CanonicalReader) {
    guard let name = reader.text(), let id = reader.text() else { return nil }
    self.init(name: name, id: IdentityID(id))
  }
}

extension IdentityRecord.PolicyReference {
  fileprivate func encode(into fields: inout CanonicalFields) {
    switch self {
    case .own(let id):
      fields.add(0)
      fields.add(id.text)
    case .builtIn(let name):
      fields.add(1)
      fields.add(name)
    }
  }

  fileprivate init?(_ reader: inout CanonicalReader) {
    guard let form = reader.number(), let text = reader.text() else { return nil }
    switch form {
    case 0: self = .own(IdentityID(text))
    case 1: self = .builtIn(text)
    default: return nil
    }
  }
}

extension IdentityRecord.ManagedPolicy {
  fileprivate func encode(into fields: inout CanonicalFields) {
    fields.add(description)
    fields.add(list: versions) {
      $0.add(UInt64(clamping: $1.number))
      $0.add($1.document)
      $0.add($1.createdAt)
    }
    fields.add(UInt64(clamping: defaultVersion))
    fields.add(UInt64(clamping: nextVersion))
    fields.add(updatedAt)
  }

  fileprivate init?(_ reader: inout CanonicalReader) {
    guard let description = reader.text(),
      let versions = reader.list({ (reader: inout CanonicalReader) -> Version? in
        guard let number = reader.number().flatMap({ Int(exactly: $0) }), let document = reader.bytes(),
          case .some(.some(let createdAt)) = reader.moment()
        else { return nil }
        return Version(number: number, document: document, createdAt: createdAt)
      }), let defaultVersion = reader.number().flatMap({ Int(exactly: $0) }),
      let nextVersion = reader.number().flatMap({ Int(exactly: $0) }),
      case .some(.some(let updatedAt)) = reader.moment()
    else { return nil }
    self.init(
      description: description, versions: versions, defaultVersion: defaultVersion,
      nextVersion: nextVersion, updatedAt: updatedAt)
  }
}

extension Tag {
  fileprivate init?(_ reader: inout CanonicalReader) {
    guard let key = reader.text(), let value = reader.text() else { return nil }
    self.init(key: key, value: value)
  }
}
