package import KMSDomain

/// The identities of one kind in an account, by their names.
package struct ListIdentities: AccountQuery {
  package typealias Prepared = Page<IdentityRecord>
  package typealias Answer = Page<IdentityRecord>

  package let action: Action
  package let operation: String
  package let kind: IdentityKind
  package let account: AccountID
  private let path: String
  private let marker: String?
  private let limit: Int

  /// - Parameter path: only identities whose path begins so.
  /// - Parameter marker: the folded name after which to go on.
  package init(
    _ action: Action, _ operation: String, _ kind: IdentityKind, of account: AccountID, under path: String,
    after marker: String?, limit: Int
  ) {
    self.action = action
    self.operation = operation
    self.kind = kind
    self.account = account
    self.path = path
    self.marker = marker
    self.limit = limit
  }

  package func prepare(_ desk: Desk) async throws(KMSError) -> Page<IdentityRecord> {
    let found = try await desk.store.identities(
      kind, of: account, under: path, after: marker, limit: limit + 1)
    var records: [IdentityRecord] = []
    for stored in found { records.append(try desk.unseal(stored, .principal)) }
    return Page(reading: records, limit: limit) { $0.reference.folded }
  }
}
