package import KMSDomain

/// The account that an access key belongs to. Of a session's, the id itself says so.
package struct GetAccessKeyInfo: Operation {
  private let account: AccountID
  private let accessKey: String

  package init(_ accessKey: String, account: AccountID) {
    self.accessKey = accessKey
    self.account = account
  }

  package let operation = "GetAccessKeyInfo"
  package var asked: Asked { Asked(.getAccessKeyInfo, named: accessKey) }

  /// - Returns: nil for an id of no account.
  package func prepare(_ desk: Desk) async throws(KMSError) -> AccountID? {
    if let account = SessionKeyID.account(of: accessKey) { return account }
    guard let stored = try await desk.store.accessKey(accessKey) else { return nil }
    return try await desk.identity(try desk.unseal(stored, .accessKey).principal).account
  }

  package func demands(_ prepared: AccountID?, _ desk: Desk) -> Demands {
    Demands(Demand(.getAccessKeyInfo, on: .account(account), named: accessKey))
  }

  package func perform(
    _ prepared: AccountID?, _ permits: borrowing Permits, _ desk: Desk, _ caller: Caller
  ) throws(KMSError) -> Performed<AccountID> {
    try permits.first.check(.getAccessKeyInfo, key: nil, version: nil)
    guard let prepared else { throw .session(.unknownAccessKey) }
    return Performed(prepared)
  }
}
