package import KMSDomain

/// An operation that changes an access key. The right is asked for its owner.
package protocol AccessKeyChange: IdentityWork where Answer == Void {
  var accessKey: String { get }
  /// - Returns: nil when there is nothing to do.
  func change(_ key: AccessKeyRecord, code: [UInt8], _ desk: Desk) -> StoreChange?
}

extension AccessKeyChange {
  package var details: [AuditRecord.Detail] { [AuditRecord.Detail(name: "accessKey", value: accessKey)] }

  package func gather(
    _ found: inout FoundIdentity, _ record: IdentityRecord, _ desk: Desk
  ) async throws(KMSError) {
    found.other.accessKeys = try await desk.store.accessKeys(of: record.id)
  }

  package func perform(
    _ prepared: FoundIdentity, _ permits: borrowing Permits, _ desk: Desk, _ caller: Caller
  ) throws(KMSError) -> Performed<Void> {
    try permits.first.check(action, key: nil, version: nil)
    let owner = try prepared.present()
    guard let stored = prepared.other.accessKeys.first(where: { $0.record.id == accessKey }) else {
      throw .identity(.accessKeyNotFound(accessKey))
    }
    let key = try desk.unseal(stored, .accessKey)
    guard key.principal == owner.id else { throw .corrupt(.accessKey) }
    return Performed((), change: change(key, code: stored.code, desk))
  }
}
