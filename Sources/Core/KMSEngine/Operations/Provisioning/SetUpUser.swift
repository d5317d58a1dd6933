package import KMSDomain

/// Makes a user with everything that it needs to begin: policies, and an access key to sign with. All of it or nothing.
package struct SetUpUser: Operation {
  package struct Prepared: Sendable {
    let isTaken: Bool
    let count: Int
    let given: IdentityRecord.Carried
  }

  private let identity: IdentityName
  private let policies: PoliciesToGive
  private let accessKey: NewAccessKey?
  private let id = OnFirstAttempt<IdentityID>()

  package init(_ name: String, in account: AccountID, _ policies: PoliciesToGive, accessKey: NewAccessKey?) {
    identity = IdentityName(.user, name, in: account)
    self.policies = policies
    self.accessKey = accessKey
  }

  package let operation = "SetUpUser"
  package var asked: Asked { Asked(.createUser, named: identity.text) }

  package func prepare(_ desk: Desk) async throws(KMSError) -> Prepared {
    Prepared(
      isTaken: try await desk.identity(identity).record != nil,
      count: try await desk.store.identityCount(.user, of: identity.account),
      given: try await policies.resolve(desk))
  }

  package func demands(_ prepared: Prepared, _ desk: Desk) -> Demands {
    let name = desk.vocabulary.identityResource(identity, path: "/")
    let user = ProtectedResource.identity(ProtectedIdentity(name: name, account: identity.account))
    let others = [accessKey == nil ? nil : .createAccessKey, policies.action(.user)].compactMap { $0 }
    return Demands(
      Demand(.createUser, on: user, named: identity.text),
      and: others.map { Demand($0, on: user, named: identity.text) })
  }

  package func perform(
    _ prepared: Prepared, _ permits: borrowing Permits, _ desk: Desk, _ caller: Caller
  ) throws(KMSError) -> Performed<IdentityRecord> {
    try permits.first.check(.createUser, key: nil, version: nil)
    guard !prepared.isTaken else { throw .identity(.exists(.user, identity.text)) }
    try IdentityLimits.check(.user, count: prepared.count)
    var carried = IdentityRecord.Carried()
    try carried.add(prepared.given, .user, desk)
    let user = IdentityRecord(
      id: try id.value { () throws(KMSError) in desk.newIdentityID(IdentityKind.user.idPrefix) },
      account: identity.account, name: identity.text, createdAt: desk.clock.now(),
      body: .user(IdentityRecord.User(carried: carried)))
    let added = StoreChange.addIdentity(desk.seal(user))
    guard let accessKey else { return Performed(user, change: added) }
    let record = try accessKey.record(for: user.id, permits.second, desk)
    return Performed(
      user,
      change: .together([
        added, .addAccessKey(desk.seal(record), owner: user.generation, most: AccessKeyRecord.mostOfOwner),
      ]), details: [AuditRecord.Detail(name: "accessKey", value: record.id)])
  }
}
