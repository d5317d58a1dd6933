import KMSBytes
package import KMSDomain

/// Has an access key be there with a secret that is known beforehand, and its principal and the account too. What is there already stays; an
/// access key of somebody else, or with another secret, is an error.
package struct SeedAccessKey: Operation {
  private let principal: IdentityRecord
  private let id: String
  private let secret: Payload
  private let vault: any CredentialVault
  private let wrapped = OnFirstAttempt<WrappedCredential>()

  /// - Parameters:
  ///   - secret: read once, so that this runs once.
  ///   - principal: as it is to be made if there is none of its id.
  package init(
    _ id: String, secret: Payload, for principal: IdentityRecord, vault: any CredentialVault
  ) {
    self.id = id
    self.secret = secret
    self.principal = principal
    self.vault = vault
  }

  package struct Prepared: Sendable {
    let root: IdentityRecord?
    let principal: IdentityRecord?
    let found: AccessKeyRecord?
  }

  package typealias Answer = Void

  package let operation = "SeedAccessKey"
  package var asked: Asked { Asked(.seedAccessKey, named: principal.id.text) }
  package var details: [AuditRecord.Detail] { [AuditRecord.Detail(name: "accessKey", value: id)] }

  package func prepare(_ desk: Desk) async throws(KMSError) -> Prepared {
    var found: AccessKeyRecord?
    if let stored = try await desk.store.accessKey(id) { found = try desk.unseal(stored, .accessKey) }
    return Prepared(
      root: try await identity(IdentityID(principal.account.text), desk),
      principal: try await identity(principal.id, desk), found: found)
  }

  private func identity(_ id: IdentityID, _ desk: Desk) async throws(KMSError) -> IdentityRecord? {
    guard let stored = try await desk.store.identity(id) else { return nil }
    return try desk.unseal(stored, .principal)
  }

  package var demandBeforehand: Demand? { demand }
  package func demands(_ prepared: Prepared, _ desk: Desk) -> Demands { Demands(demand) }
  private var demand: Demand { Demand(.seedAccessKey, on: .server, named: principal.id.text) }

  package func perform(
    _ prepared: Prepared, _ permits: borrowing Permits, _ desk: Desk, _ caller: Caller
  ) throws(KMSError) -> Performed<Void> {
    try permits.first.check(.seedAccessKey, key: nil, version: nil)
    if let found = prepared.found, found.principal != principal.id {
      throw .seedContradiction(.accessKeyOwner)
    }
    let wrapped = try wrapped.value { () throws(KMSError) in
      try vault.wrap(secret, accessKey: id, owner: principal.id, permit: permits.first)
    }
    let record = AccessKeyRecord(
      id: id, principal: principal.id, secret: wrapped, isActive: true, createdAt: desk.clock.now())
    guard let found = prepared.found else {
      let owner = (prepared.principal ?? principal).generation
      let addition = StoreChange.addAccessKey(desk.seal(record), owner: owner, most: .max)
      return Performed((), change: .together(newIdentities(prepared, desk) + [addition]))
    }
    guard try haveOneSecret(record, found) else { throw .seedContradiction(.accessKeySecret) }
    return Performed(())
  }

  private func newIdentities(_ prepared: Prepared, _ desk: Desk) -> [StoreChange] {
    let account = principal.account
    let root = IdentityRecord(
      id: IdentityID(account.text), account: account, name: "root", createdAt: desk.clock.now(), body: .root)
    let missing = (prepared.root == nil ? [root] : []) + (prepared.principal == nil ? [principal] : [])
    return missing.map { .addIdentity(desk.seal($0)) }
  }

  /// Nobody sees a secret again: signing keys for a day on which nothing was signed are compared instead.
  private func haveOneSecret(_ one: AccessKeyRecord, _ other: AccessKeyRecord) throws(KMSError) -> Bool {
    let mine = try vault.signingKey(for: one, date: "19700101", region: "none", service: "none")
    let theirs = try vault.signingKey(for: other, date: "19700101", region: "none", service: "none")
    return mine.readOnce { mine in theirs.readOnce { theirs in ConstantTime.equal(mine, theirs) } } == true
  }
}
