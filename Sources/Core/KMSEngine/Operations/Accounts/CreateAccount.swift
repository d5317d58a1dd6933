package import KMSDomain

/// Sets up a further account of the server: its root, and on request an administrator who can begin at once.
package struct CreateAccount: Operation {
  /// Who is to be there from the beginning, with an access key.
  package struct Administrator: Sendable {
    let name: String
    /// Such as every account has, by what policies call them.
    let policies: [String]

    package init(_ name: String, policies: [String]) {
      self.name = name
      self.policies = policies
    }
  }

  package struct Answer: Sendable {
    package let root: IdentityRecord
    /// nil when none was wanted.
    package let administrator: IdentityRecord?
    package let accessKey: NewAccessKey?
  }

  /// What stays the same however often this is tried: the secret is wrapped for the administrator's id.
  package struct Prepared: Sendable {
    let account: AccountID
    let administrator: IdentityID
    let isTaken: Bool
  }

  private let wanted: AccountID?
  private let administrator: Administrator?
  private let accessKey = AccessKeyMaker()
  private let ids = OnFirstAttempt<(account: AccountID, administrator: IdentityID)>()

  /// - Parameter wanted: nil makes one up.
  package init(_ wanted: AccountID?, administrator: Administrator?) {
    self.wanted = wanted
    self.administrator = administrator
  }

  package let operation = "CreateAccount"
  package var asked: Asked { Asked(.createAccount, named: wanted?.text ?? "") }

  package func prepare(_ desk: Desk) async throws(KMSError) -> Prepared {
    let ids = try ids.value { () throws(KMSError) in
      (try account(desk), desk.newIdentityID(IdentityKind.user.idPrefix))
    }
    let root = try await desk.identity(IdentityName(.root, "root", in: ids.account))
    return Prepared(
      account: ids.account, administrator: ids.administrator, isTaken: root.record != nil)
  }

  private func account(_ desk: Desk) throws(KMSError) -> AccountID {
    guard let wanted else { return try desk.newAccountID() }
    return wanted
  }

  package var demandBeforehand: Demand? { demand }
  package func demands(_ prepared: Prepared, _ desk: Desk) -> Demands {
    Demands(demand, administrator == nil ? nil : Demand(.issueAccessKey, on: .server, named: asked.named))
  }
  private var demand: Demand { Demand(.createAccount, on: .server, named: asked.named) }

  package func perform(
    _ prepared: Prepared, _ permits: borrowing Permits, _ desk: Desk, _ caller: Caller
  ) throws(KMSError) -> Performed<Answer> {
    try permits.first.check(.createAccount, key: nil, version: nil)
    guard !prepared.isTaken else { throw .identity(.exists(.root, prepared.account.text)) }
    let root = IdentityRecord(
      id: IdentityID(prepared.account.text), account: prepared.account, name: "root",
      createdAt: desk.clock.now(), body: .root)
    let added = StoreChange.addIdentity(desk.seal(root))
    let account = AuditRecord.Detail(name: "account", value: prepared.account.text)
    guard let administrator else {
      return Performed(
        Answer(root: root, administrator: nil, accessKey: nil), change: added, details: [account])
    }
    let user = try user(administrator, prepared, desk)
    let key = try accessKey.accessKey(of: user.id, permits.second, desk)
    return Performed(
      Answer(root: root, administrator: user, accessKey: key),
      change: .together([added, .addIdentity(desk.seal(user)), .first(key, of: user, desk)]),
      details: [
        account, AuditRecord.Detail(name: "principal", value: desk.vocabulary.name(of: user)),
        AuditRecord.Detail(name: "accessKey", value: key.record.id),
      ])
  }

  private func user(
    _ administrator: Administrator, _ prepared: Prepared, _ desk: Desk
  ) throws(KMSError) -> IdentityRecord {
    var user = IdentityRecord(
      id: prepared.administrator, account: prepared.account, name: administrator.name,
      createdAt: desk.clock.now(), body: .user(IdentityRecord.User()))
    try user.carry(IdentityRecord.Carried(attached: administrator.policies.map { .builtIn($0) }), desk)
    return user
  }
}

extension Desk {
  /// 12 digits, the first not 0.
  fileprivate func newAccountID() throws(KMSError) -> AccountID {
    let digits = 100_000_000_000 + randomness.bits128().low % 900_000_000_000
    guard let account = AccountID(String(digits)) else { throw .custodyUnavailable }
    return account
  }
}
