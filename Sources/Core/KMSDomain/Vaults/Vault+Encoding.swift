// One form for the record's code and for the store: so nobody can edit a row in a way that the code doesn't cover.

extension Vault: CanonicallyEncoded {
  /// The second says that it is open to the resource manager. Most aren't, and those before it weren't.
  private static let (tag, openTag) = ("vault/1", "vault/2")

  package func encode(into fields: inout CanonicalFields) {
    fields.add(isOpenToResourceManager ? Vault.openTag : Vault.tag)
    fields.add(name.text)
    home.encode(into: &fields)
    fields.add(createdAt)
    fields.add(UInt64(clamping: retentionDays))
    fields.add(isPurgeProtected ? 1 : 0)
    fields.add(UInt64(authorization.rawValue))
    fields.add(list: roles) { $1.encode(into: &$0) }
    fields.add(list: assignments) {
      $0.add($1.id); $0.add($1.role); $0.add($1.principal); $0.add($1.scope)
    }
    fields.add(list: accessPolicies) {
      $0.add($1.principal)
      $0.add(list: $1.permissions) { $0.add($1) }
    }
    fields.add(deletedAt)
    fields.add(generation)
  }

  /// - Returns: nil when the bytes are anything else than a vault.
  package init?(canonical bytes: [UInt8]) {
    var reader = CanonicalReader(bytes)
    guard let tag = reader.text(), tag == Vault.tag || tag == Vault.openTag,
      let name = reader.text().flatMap(VaultName.init),
      let home = Keyring(reading: &reader), case .some(.some(let createdAt)) = reader.moment(),
      let retention = reader.number().flatMap({ Int(exactly: $0) }), let isProtected = reader.number(),
      isProtected <= 1,
      let authorization = reader.number().flatMap({ UInt8(exactly: $0) }).flatMap(Authorization.init),
      let roles = reader.list({ VaultRole(reading: &$0) }),
      let assignments = reader.list({ RoleAssignment(reading: &$0) }),
      let accessPolicies = reader.list({ VaultAccessPolicy(reading: &$0) }), let deletedAt = reader.moment(),
      let generation = reader.number(), reader.isAtEnd
    else { return nil }
    self.init(
      name: name, home: home, createdAt: createdAt, retentionDays: retention,
      isPurgeProtected: isProtected == 1, authorization: authorization, roles: roles,
      assignments: assignments, accessPolicies: accessPolicies,
      isOpenToResourceManager: tag == Vault.openTag, deletedAt: deletedAt, generation: generation)
  }
}

extension VaultRole {
  fileprivate func encode(into fields: inout CanonicalFields) {
    fields.add(id)
    fields.add(name)
    fields.add(description)
    for list in [dataActions, notDataActions, scopes] { fields.add(list: list) { $0.add($1) } }
  }

  fileprivate init?(reading reader: inout CanonicalReader) {
    guard let id = reader.text(), let name = reader.text(), let description = reader.text(),
      let actions = reader.list({ $0.text() }), let notActions = reader.list({ $0.text() }),
      let scopes = reader.list({ $0.text() })
    else { return nil }
    self.init(
      id: id, name: name, description: description, dataActions: actions, notDataActions: notActions,
      scopes: scopes)
  }
}

extension RoleAssignment {
  fileprivate init?(reading reader: inout CanonicalReader) {
    guard let id = reader.text(), let role = reader.text(), let principal = reader.text(),
      let scope = reader.text()
    else { return nil }
    self.init(id: id, role: role, principal: principal, scope: scope)
  }
}

extension VaultAccessPolicy {
  fileprivate init?(reading reader: inout CanonicalReader) {
    guard let principal = reader.text(), let permissions = reader.list({ $0.text() }) else { return nil }
    self.init(principal: principal, permissions: permissions)
  }
}

extension Keyring {
  fileprivate init?(reading reader: inout CanonicalReader) {
    guard let account = reader.text().flatMap(AccountID.init), let region = reader.text(),
      let kind = reader.number().flatMap({ UInt8(exactly: $0) }).flatMap(Kind.init)
    else { return nil }
    self.init(account: account, region: region, kind: kind)
  }
}
