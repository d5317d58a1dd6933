package import KMSDomain

/// The access keys of a user or of the root, without their secrets.
package struct ListAccessKeys: IdentityQuery {
  package typealias Prepared = FoundIdentity

  package struct Answer: Sendable {
    package let owner: IdentityRecord
    package let keys: Page<AccessKeyRecord>
  }

  package let identity: IdentityName
  private let marker: String?
  private let limit: Int

  /// - Parameter marker: the id of a key after which to go on.
  package init(_ identity: IdentityName, after marker: String?, limit: Int) {
    self.identity = identity
    self.marker = marker
    self.limit = limit
  }

  package let operation = "ListAccessKeys"
  package let action = Action.listAccessKeys

  package func gather(
    _ found: inout FoundIdentity, _ record: IdentityRecord, _ desk: Desk
  ) async throws(KMSError) {
    found.other.accessKeys = try await desk.store.accessKeys(of: record.id)
  }

  package func answer(
    _ record: IdentityRecord, _ other: FoundIdentity.Other, _ desk: Desk
  ) throws(KMSError) -> Answer {
    var keys: [AccessKeyRecord] = []
    for stored in other.accessKeys { keys.append(try desk.unseal(stored, .accessKey)) }
    return Answer(owner: record, keys: Page(of: keys, after: marker, limit: limit) { $0.id })
  }
}
