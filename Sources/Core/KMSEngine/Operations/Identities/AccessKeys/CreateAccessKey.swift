package import KMSDomain

/// Makes an access key for a user, or for the root of the account. Its secret is told once, in the answer.
package struct CreateAccessKey: IdentityWork {
  package typealias Prepared = FoundIdentity

  package struct Answer: Sendable {
    package let owner: IdentityRecord
    package let key: AccessKeyRecord
    /// Read once.
    package let secret: Payload
  }

  private struct Made {
    let id: String
    let owner: IdentityID
    let secret: NewSecret
  }

  package let identity: IdentityName
  private let made = OnFirstAttempt<Made>()

  package init(_ identity: IdentityName) { self.identity = identity }

  package let operation = "CreateAccessKey"
  package let action = Action.createAccessKey

  package func gather(
    _ found: inout FoundIdentity, _ record: IdentityRecord, _ desk: Desk
  ) async throws(KMSError) {
    found.other.accessKeys = try await desk.store.accessKeys(of: record.id)
  }

  package func perform(
    _ prepared: FoundIdentity, _ permits: borrowing Permits, _ desk: Desk, _ caller: Caller
  ) throws(KMSError) -> Performed<Answer> {
    try permits.first.check(action, key: nil, version: nil)
    let owner = try prepared.present()
    guard prepared.other.accessKeys.count < AccessKeyRecord.mostOfOwner else {
      throw .identity(.tooMany(.accessKeys, AccessKeyRecord.mostOfOwner))
    }
    let made = try made.value { () throws(KMSError) in
      let id = "AKIA" + desk.randomLetters(16)
      let secret = try desk.vault.makeSecret(accessKey: id, owner: owner.id, permit: permits.first)
      return Made(id: id, owner: owner.id, secret: secret)
    }
    // The secret is bound to its owner: to another of the same name it would be worth nothing.
    guard made.owner == owner.id else { throw .identity(.notFound(identity.kind, identity.text)) }
    let key = AccessKeyRecord(
      id: made.id, principal: owner.id, secret: made.secret.wrapped, isActive: true,
      createdAt: desk.clock.now())
    return Performed(
      Answer(owner: owner, key: key, secret: made.secret.plain),
      change: .addAccessKey(
        desk.seal(key), owner: owner.generation, most: AccessKeyRecord.mostOfOwner),
      details: [AuditRecord.Detail(name: "accessKey", value: key.id)])
  }
}
