package import KMSDomain

/// The applications of an account with whom they act as, in the order of their client ids.
package struct ListApplications: AccountQuery {
  package typealias Prepared = Page<OwnedApplication>
  package typealias Answer = Page<OwnedApplication>

  package let account: AccountID
  private let marker: GUID?
  private let limit: Int

  /// - Parameter marker: the client id after which to go on.
  /// - Throws: `invalidMarker` for what isn't one.
  package init(of account: AccountID, after marker: String?, limit: Int) throws(KMSError) {
    self.account = account
    self.limit = limit
    guard let marker else {
      self.marker = nil
      return
    }
    guard let id = GUID(marker) else { throw .invalidMarker }
    self.marker = id
  }

  package let operation = "ListApplications"
  package let action = Action.listApplications

  package func prepare(_ desk: Desk) async throws(KMSError) -> Page<OwnedApplication> {
    var entries: [OwnedApplication] = []
    for stored in try await desk.store.applications(in: account, after: marker, limit: limit + 1) {
      let owned = try await desk.owned(stored)
      guard owned.application.account == account else { throw .corrupt(.application) }
      entries.append(owned)
    }
    return Page(reading: entries, limit: limit) { $0.application.clientID.text }
  }
}
