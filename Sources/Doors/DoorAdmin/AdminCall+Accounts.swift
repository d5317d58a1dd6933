import AdminAPI
import KMSDomain
import KMSEngine

extension AdminCall {
  func createAccount(_ wanted: NewAccount) async throws -> CreatedAccount {
    let operation = "CreateAccount"
    let account = try await wanted.account.asyncMap { try await self.account($0, operation) }
    guard let name = wanted.administrator else {
      let made = try await run(CreateAccount(account, administrator: nil))
      return CreatedAccount(
        account: made.root.account.text, root: name(of: made.root), administrator: nil, accessKey: nil,
        connection: nil)
    }
    try await require(principalName: name, operation)
    let roles = try await roles([Administration.role], operation)
    let administrator = CreateAccount.Administrator(name, policies: roles.map(\.policy))
    let made = try await run(CreateAccount(account, administrator: administrator))
    return CreatedAccount(
      account: made.root.account.text, root: self.name(of: made.root),
      administrator: made.administrator.map { self.name(of: $0) },
      accessKey: try made.accessKey.map { (key) throws(KMSError) in try issued(key.record, key.secret) },
      connection: desk.connection())
  }

  func listAccounts(_ wanted: ListRequest) async throws -> AccountList {
    let page = try await run(ListAccounts(after: wanted.marker, limit: AdminCall.pageSize))
    return AccountList(
      accounts: page.items.map {
        AccountList.Entry(
          account: $0.account.text, createdAt: $0.createdAt.rfc3339, isDefault: $0.account == desk.account)
      }, next: page.next)
  }

  /// Entries of one part of a list.
  static let pageSize = 500
}

private enum Administration {
  /// What the first user of an account may do.
  static let role = "administrator"
}

extension Optional {
  fileprivate func asyncMap<Result>(_ transform: (Wrapped) async throws -> Result) async throws -> Result? {
    guard let self else { return nil }
    return try await transform(self)
  }
}
