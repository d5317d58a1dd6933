package import KMSDomain

/// Makes an application that acts as a user, without anything yet by which it could prove itself.
package struct CreateApplication: IdentityWork {
  package typealias Prepared = FoundIdentity
  package typealias Answer = OwnedApplication

  package let identity: IdentityName
  private let name: String
  private let ids = OnFirstAttempt<(client: GUID, object: GUID)>()

  package init(_ name: String, for user: String, in account: AccountID) {
    self.name = name
    identity = IdentityName(.user, user, in: account)
  }

  package let operation = "CreateApplication"
  package let action = Action.createApplication

  package func perform(
    _ prepared: FoundIdentity, _ permits: borrowing Permits, _ desk: Desk, _ caller: Caller
  ) throws(KMSError) -> Performed<OwnedApplication> {
    try permits.first.check(action, key: nil, version: nil)
    let owner = try prepared.present()
    guard prepared.other.applicationCount < Application.mostOfOwner else {
      throw .identity(.tooMany(.applications, Application.mostOfOwner))
    }
    guard (1...Application.longestText).contains(name.utf8.count) else {
      throw .identity(.applicationCredential(.text))
    }
    let ids = try ids.value { () throws(KMSError) in
      (GUID.random(desk.randomness), GUID.random(desk.randomness))
    }
    let application = Application(
      clientID: ids.client, objectID: ids.object, account: owner.account, owner: owner.id, name: name,
      createdAt: desk.clock.now())
    return Performed(
      OwnedApplication(application: application, owner: owner),
      change: .addApplication(
        desk.seal(application), owner: owner.generation, most: Application.mostOfOwner),
      details: [AuditRecord.Detail(name: "application", value: application.clientID.text)])
  }

  package func gather(
    _ found: inout FoundIdentity, _ record: IdentityRecord, _ desk: Desk
  ) async throws(KMSError) {
    found.other.applicationCount = try await desk.store.applications(of: record.id).count
  }
}
