package import KMSDomain

/// Makes a role with its policies, for those who are to act as it: and for workloads that have tokens of an issuer, makes
/// the issuer known to the account where it isn't. All of it or nothing.
package struct SetUpRole: Operation {
  /// Who may act as it.
  package enum Trust: Sendable {
    /// Whoever in the account has the right.
    case account
    /// One user of the account.
    case user(String)
    /// Whoever has a token of the issuer (its URL without the scheme) for one of the audiences and with one of the subjects.
    case tokens(issuer: String, audiences: [String], subjects: [String])
  }

  package struct Prepared: Sendable {
    let isTaken: Bool
    let count: Int
    let given: IdentityRecord.Carried
    let trust: [UInt8]
    /// Who is meant by the names in it.
    let trusted: TrustResolution
    let provider: FoundIdentity?
    let providers: Int
  }

  private let identity: IdentityName
  private let trust: Trust
  private let write: @Sendable (TrustedParty) -> [UInt8]
  private let policies: PoliciesToGive

  /// How long sessions last at most, in seconds: AWS's default.
  private static let sessionSeconds = 3600

  /// - Parameter write: makes a policy that trusts somebody.
  package init(
    _ name: String, in account: AccountID, trusting trust: Trust,
    write: @escaping @Sendable (TrustedParty) -> [UInt8], _ policies: PoliciesToGive
  ) {
    identity = IdentityName(.role, name, in: account)
    self.trust = trust
    self.write = write
    self.policies = policies
  }

  package let operation = "SetUpRole"
  package var asked: Asked { Asked(.createRole, named: identity.text) }

  package func prepare(_ desk: Desk) async throws(KMSError) -> Prepared {
    var provider: FoundIdentity?
    if case .tokens(let issuer, _, _) = trust {
      provider = try await desk.identity(IdentityName(.provider, issuer, in: identity.account))
    }
    let document = write(try await trusted(desk))
    return Prepared(
      isTaken: try await desk.identity(identity).record != nil,
      count: try await desk.store.identityCount(.role, of: identity.account),
      given: try await policies.resolve(desk), trust: document,
      trusted: try await desk.resolve(document, for: identity.account), provider: provider,
      providers: try await desk.store.identityCount(.provider, of: identity.account))
  }

  private func trusted(_ desk: Desk) async throws(KMSError) -> TrustedParty {
    switch trust {
    case .account: return .principal(desk.vocabulary.rootPrincipal(of: identity.account))
    case .user(let name):
      let user = try await desk.identity(IdentityName(.user, name, in: identity.account)).present()
      return .principal(desk.vocabulary.name(of: user))
    case .tokens(let issuer, let audiences, let subjects):
      let provider = IdentityName(.provider, issuer, in: identity.account)
      return .tokens(
        provider: desk.vocabulary.identityResource(provider, path: "/"), issuer: issuer,
        audiences: audiences, subjects: subjects)
    }
  }

  package func demands(_ prepared: Prepared, _ desk: Desk) -> Demands {
    let name = desk.vocabulary.identityResource(identity, path: "/")
    let role = ProtectedResource.identity(ProtectedIdentity(name: name, account: identity.account))
    var others = policies.demands(.role, on: role, named: identity.text, boundary: nil)
    if let provider = prepared.provider, let action = providerChange(provider)?.action {
      others.append(Demand(action, on: .identity(provider.resource), named: provider.name.text))
    }
    return Demands(Demand(.createRole, on: role, named: identity.text), and: others)
  }

  package func perform(
    _ prepared: Prepared, _ permits: borrowing Permits, _ desk: Desk, _ caller: Caller
  ) throws(KMSError) -> Performed<IdentityRecord> {
    try permits.first.check(.createRole, key: nil, version: nil)
    guard !prepared.isTaken else { throw .identity(.exists(.role, identity.text)) }
    try IdentityLimits.check(.role, count: prepared.count)
    var body = IdentityRecord.Role(
      trust: prepared.trust, description: "", maxSessionSeconds: SetUpRole.sessionSeconds)
    try prepared.trusted.apply(prepared.trust, to: &body, desk)
    var role = IdentityRecord(
      id: desk.newIdentityID(IdentityKind.role.idPrefix), account: identity.account, name: identity.text,
      createdAt: desk.clock.now(), body: .role(body))
    try role.carry(prepared.given, desk)
    let added = StoreChange.addIdentity(desk.seal(role))
    guard let provider = prepared.provider, let change = providerChange(provider) else {
      return Performed(role, change: added)
    }
    return Performed(role, change: .together([try change.made(prepared, desk), added]))
  }

  /// What must become of the issuer; nil when it is known for all audiences.
  private func providerChange(_ found: FoundIdentity) -> ProviderChange? {
    guard case .tokens(_, let audiences, _) = trust else { return nil }
    guard let record = found.record, case .provider(let provider) = record.body else {
      return .make(found.name, audiences)
    }
    let missing = audiences.filter { !provider.clientIDs.contains($0) }
    return missing.isEmpty ? nil : .extend(record, provider, missing)
  }
}

private enum ProviderChange {
  case make(IdentityName, [String])
  case extend(IdentityRecord, IdentityRecord.Provider, [String])

  /// The most audiences of one issuer: AWS's quota.
  private static let mostAudiences = 100

  var action: Action {
    switch self {
    case .make: .createOpenIDConnectProvider
    case .extend: .addClientIDToOpenIDConnectProvider
    }
  }

  func made(_ prepared: SetUpRole.Prepared, _ desk: Desk) throws(KMSError) -> StoreChange {
    switch self {
    case .make(let name, let audiences):
      try IdentityLimits.check(.provider, count: prepared.providers)
      let record = IdentityRecord(
        id: desk.newIdentityID(IdentityKind.provider.idPrefix), account: name.account, name: name.text,
        createdAt: desk.clock.now(),
        body: .provider(IdentityRecord.Provider(clientIDs: audiences, thumbprints: [])))
      return .addIdentity(desk.seal(record))
    case .extend(var record, var provider, let missing):
      provider.clientIDs += missing
      guard provider.clientIDs.count <= ProviderChange.mostAudiences else {
        throw .identity(.tooMany(.clientIDs, ProviderChange.mostAudiences))
      }
      let before = record.generation
      record.body = .provider(provider)
      return .updateIdentity(desk.seal(record.advanced()), expecting: before)
    }
  }
}
