import Foundation
import GRDB
import KMSDomain
import Synchronization
import Testing

@testable import StoreSQLite

struct DiskTests {
  @Test("the writing connection flushes every commit, overwrites what it deletes and checks references")
  func pragmas() async throws {
    let scratch = try Scratch()
    try await checkPragmas(of: try scratch.create())
    try await checkPragmas(of: try scratch.open())
  }

  private func checkPragmas(of store: SQLiteStore) async throws {
    let values = try await store.pool.writeWithoutTransaction { db in
      try ["journal_mode", "synchronous", "secure_delete", "foreign_keys"].map { name in
        try String.fetchOne(db, sql: "PRAGMA \(name)")
      }
    }
    #expect(values == ["wal", "2", "1", "1"])
    await store.close()
  }

  @Test("no query walks through a table that grows")
  func queriesUseIndices() async throws {
    let scratch = try Scratch()
    let store = try scratch.create()
    for query in Queries.allCases {
      let plan = try await store.pool.read { db in
        let statement = try db.makeStatement(sql: "EXPLAIN QUERY PLAN " + query.sql)
        statement.setUncheckedArguments(
          StatementArguments(Array(repeating: nil as Int?, count: 8).prefix(query.sql.count { $0 == "?" })))
        return try Row.fetchAll(statement).map { $0["detail"] as String }
      }
      let scans = plan.filter { $0.hasPrefix("SCAN") && $0 != "SCAN meta" && $0 != "SCAN epochs" }
      #expect(scans == (query == .outbox ? ["SCAN outbox"] : []), "\(query): \(plan)")
      #expect(!plan.contains { $0.contains("TEMP B-TREE") }, "\(query): \(plan)")
    }
    await store.close()
  }

  @Test("256 concurrent changes share transactions")
  func grouping() async throws {
    let scratch = try Scratch()
    let store = try scratch.create()
    try await store.commit(.addEpoch(Sample.epoch), outbox: nil)
    let before = store.statistics
    try await withThrowingTaskGroup(of: Void.self) { group in
      for number: UInt64 in 0..<256 {
        group.addTask { try await store.commit(.createKey(try Sample.key(number)), outbox: nil) }
      }
      try await group.waitForAll()
    }
    #expect(store.statistics.changes - before.changes == 256)
    #expect(store.statistics.commits - before.commits < 128)
    #expect(try await store.keyCount() == 256)
    await store.close()
  }

  @Test("destroyed material is in no file once the log is truncated")
  func destructionReachesTheDisk() async throws {
    let scratch = try Scratch()
    let store = try scratch.create()
    try await store.commit(.addEpoch(Sample.epoch), outbox: nil)
    for number: UInt64 in 0..<50 { try await store.commit(.createKey(try Sample.key(number)), outbox: nil) }
    #expect(try scratch.contains(Sample.material(7)))
    let key = try Sample.key(7)
    var record = key.record
    record.generation = 2
    record.state = .destroyed
    record.versions[0].material = nil
    record.versions[0].state = .destroyed
    try await store.commit(.destroyKey(Authenticated(record, code: key.code), expecting: 1), outbox: nil)
    try await store.pool.writeWithoutTransaction { db in _ = try db.checkpoint(.truncate) }
    #expect(try !scratch.contains(Sample.material(7)))
    #expect(try scratch.contains(Sample.material(8)))
    await store.close()
    #expect(try !scratch.contains(Sample.material(7)))
    #expect(try scratch.contains(Sample.material(8)))
  }

  @Test("the secret of a proxy is in no file once it was replaced or its key store removed")
  func removedSecretsLeave() async throws {
    let scratch = try Scratch()
    let store = try scratch.create()
    let home = try Sample.key(1).record.home
    let id = KeyStoreID(Bits128(high: 1, low: 0))
    func record(_ secret: [UInt8], _ generation: UInt64) -> Authenticated<CustomKeyStore> {
      let credential = ProxyCredential(
        accessKey: "k", secret: WrappedCredential(epoch: Sample.epoch.id, bytes: secret))
      let address = ProxyAddress(endpoint: "https://a", path: "/p", connectivity: .publicEndpoint)
      return Authenticated(
        CustomKeyStore(
          id: id, home: home, createdAt: Instant(milliseconds: 0), name: "n", connection: .disconnected,
          proxy: ExternalProxy(address: address, credential: credential), generation: generation), code: [1])
    }
    let (first, second) = (Sample.material(101), Sample.material(102))
    try await store.commit(.addEpoch(Sample.epoch), outbox: nil)
    try await store.commit(.addCustomKeyStore(record(first, 1), seen: [:]), outbox: nil)
    #expect(try scratch.contains(first))
    try await store.commit(.updateCustomKeyStore(record(second, 2), seen: [id: 1]), outbox: nil)
    try await store.pool.writeWithoutTransaction { db in _ = try db.checkpoint(.truncate) }
    #expect(try !scratch.contains(first) && scratch.contains(second))
    try await store.commit(.removeCustomKeyStore(id, in: home, seen: [id: 2]), outbox: nil)
    try await store.pool.writeWithoutTransaction { db in _ = try db.checkpoint(.truncate) }
    #expect(try !scratch.contains(second))
    await store.close()
  }

  @Test("settled records have left the table when the call returns")
  func settledRecordsLeave() async throws {
    let scratch = try Scratch()
    let store = try scratch.create()
    let record = OutboxRecord(id: Bits128(high: 1, low: 2), line: [0x7b, 0x7d])
    try await store.commit(.addEpoch(Sample.epoch), outbox: record)
    try await store.settleOutbox([record.id])
    let rows = try await store.pool.read { db in try Int.fetchOne(db, sql: "SELECT count(*) FROM outbox") }
    #expect(rows == 0)
    await store.close()
  }

  @Test(
    "a row that can't be what was written is corrupt, never a trap",
    arguments: [
      "state = 99", "state = -1", "spec = 300", "kind = 0", "usages = 70000", "exportable = 2", "id = x'00'",
      "account = x'31'", "region = x'ff'", "tags = x'ffffffff'", "tags = x'0000000100000000'", "tags = x''",
      "current = x'00'", "description = x'c0af'", "origin = 9223372036854775807",
    ])
  func edited(assignment: String) async throws {
    let scratch = try Scratch()
    let store = try scratch.create()
    try await store.commit(.addEpoch(Sample.epoch), outbox: nil)
    let key = try Sample.key(1)
    try await store.commit(.createKey(key), outbox: nil)
    try await store.pool.write { db in try db.execute(sql: "UPDATE keys SET \(assignment)") }
    let name = KeyName(.identifier, "key-1", in: key.record.home)
    await #expect(throws: KMSError.corrupt(.keyRecord)) { _ = try await store.key(named: name) }
    await store.close()
  }

  @Test("edited versions, aliases and access keys are corrupt too")
  func editedElsewhere() async throws {
    let scratch = try Scratch()
    let store = try scratch.create()
    try await store.commit(.addEpoch(Sample.epoch), outbox: nil)
    let key = try Sample.key(1)
    try await store.commit(.createKey(key), outbox: nil)
    let alias = AliasRecord(
      name: KeyName(.alias, "alias/a", in: key.record.home), target: key.record.id,
      createdAt: Instant(milliseconds: 0), updatedAt: Instant(milliseconds: 0))
    try await store.commit(
      .createAlias(Authenticated(alias, code: []), target: key.record.generation), outbox: nil)
    try await store.pool.write { db in
      try db.execute(sql: "UPDATE versions SET state = 77; UPDATE names SET code = NULL")
    }
    await #expect(throws: KMSError.corrupt(.keyRecord)) { _ = try await store.key(key.record.id) }
    await #expect(throws: KMSError.corrupt(.aliasRecord)) { _ = try await store.alias(alias.name) }
    await store.close()
  }

  @Test("the operator hears SQLite's reason, without any stored value")
  func faultsAreTold() async throws {
    let scratch = try Scratch()
    let heard = Mutex<[String]>([])
    let store = try SQLiteStore.create(path: scratch.path, storeID: Scratch.storeID) { message in
      heard.withLock { $0.append(message) }
    }
    await #expect(throws: KMSError.storeUnavailable) {
      try await store.commit(.createKey(try Sample.key(1)), outbox: nil)
    }
    #expect(heard.withLock { $0 } == ["SQLite error 787: FOREIGN KEY constraint failed"])
    await store.close()
  }
}

extension Scratch {
  func contains(_ needle: [UInt8]) throws -> Bool {
    try allBytes().contains { $0.range(of: Data(needle)) != nil }
  }
}
