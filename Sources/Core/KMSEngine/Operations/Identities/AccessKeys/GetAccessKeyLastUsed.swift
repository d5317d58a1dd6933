package import KMSDomain

/// When an access key last signed a request, and for what. The right is asked for its owner; keys of other accounts are as
/// absent as keys that aren't there.
package struct GetAccessKeyLastUsed: Operation {
  package struct Answer: Sendable {
    package let owner: IdentityRecord
    /// nil as long as nobody knows of any use.
    package let use: AccessKeyUse?
  }

  package struct Prepared: Sendable {
    /// nil when the account has no such key.
    let owner: IdentityRecord?
    let resource: ProtectedResource
    let use: AccessKeyUse?
  }

  private let accessKey: String
  private let account: AccountID

  package init(_ accessKey: String, in account: AccountID) {
    self.accessKey = accessKey
    self.account = account
  }

  package let operation = "GetAccessKeyLastUsed"
  private let action = Action.getAccessKeyLastUsed
  package var asked: Asked { Asked(action, named: accessKey) }

  package func prepare(_ desk: Desk) async throws(KMSError) -> Prepared {
    let absent = Prepared(owner: nil, resource: .account(account), use: nil)
    guard let stored = try await desk.store.accessKey(accessKey) else { return absent }
    let owner = try await desk.identity(desk.unseal(stored, .accessKey).principal)
    guard owner.account == account else { return absent }
    return Prepared(
      owner: owner, resource: .identity(try desk.resource(of: owner)),
      use: try await desk.lastUse(ofAccessKey: accessKey))
  }

  package func demands(_ prepared: Prepared, _ desk: Desk) -> Demands {
    Demands(Demand(action, on: prepared.resource, named: accessKey))
  }

  package func perform(
    _ prepared: Prepared, _ permits: borrowing Permits, _ desk: Desk, _ caller: Caller
  ) throws(KMSError) -> Performed<Answer> {
    try permits.first.check(action, key: nil, version: nil)
    guard let owner = prepared.owner else { throw .identity(.accessKeyNotFound(accessKey)) }
    return Performed(Answer(owner: owner, use: prepared.use))
  }
}

extension Desk {
  /// The memory first: what leaves it meanwhile is in the store.
  fileprivate func lastUse(ofAccessKey id: String) async throws(KMSError) -> AccessKeyUse? {
    if let use = identities.unstoredUse(of: id) { return use }
    return try await store.lastUse(ofAccessKey: id)
  }
}
