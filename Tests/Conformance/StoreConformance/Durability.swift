import KMSDomain
import Testing

extension StoreConformance {
  static let durabilityPromises = [
    Promise("everything is there after the store was closed and opened again", reopening)
  ]

  private static func reopening(_ suite: StoreConformance) async throws {
    var store = try await suite.storeWithEpoch()
    let (kept, lost, alias) = (Sample.key(1), Sample.key(2), Sample.alias("alias/a", of: 1))
    try await store.commit(.createKey(kept), outbox: Sample.outbox(1))
    try await store.commit(.createKey(lost), outbox: Sample.outbox(2))
    try await store.commit(.createAlias(alias, target: 1), outbox: Sample.outbox(3))
    try await store.commit(.destroyKey(lost.destroyed(), expecting: 1))
    try await store.commit(.addIdentity(Sample.user("AIDA1")))
    try await store.commit(.addAccessKey(Sample.accessKey("AKIA1"), owner: 0, most: 2))
    try await store.commit(.addClientCertificate(Sample.certificate(1), owner: 0, most: 2))
    try await store.setAuditCheckpoint([1, 2, 3])
    try await store.settleOutbox([Sample.outbox(2).id])
    store = try await suite.reopen(store)
    #expect(try await store.key(kept.record.id) == kept)
    #expect(try await store.key(lost.record.id) == lost.destroyed())
    #expect(try await store.key(named: alias.record.name) == kept)
    #expect(try await store.alias(alias.record.name) == alias)
    #expect(try await store.identity(IdentityID("AIDA1")) == Sample.user("AIDA1"))
    #expect(try await store.accessKey("AKIA1") == Sample.accessKey("AKIA1"))
    #expect(try await store.clientCertificate(Sample.fingerprint(1)) == Sample.certificate(1))
    #expect(try await store.outbox(limit: 10) == [1, 3].map { Sample.outbox($0) })
    #expect(try await store.auditCheckpoint() == [1, 2, 3])
    #expect(try await store.keyCount() == 1)
    #expect(try await store.wraps(1) == 3)
    #expect(await store.failure(of: .createKey(Sample.key(9, identifier: "key-2"))) == .contention)
  }
}
