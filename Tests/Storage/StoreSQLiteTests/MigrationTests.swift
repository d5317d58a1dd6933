import Foundation
import GRDB
import KMSDomain
import Testing

@testable import StoreSQLite

struct MigrationTests {
  @Test("a database from before there were rotations, grants and notes of uses keeps its keys as they were")
  func fromTheFirstSchema() async throws {
    let queue = try DatabaseQueue()
    try Schema.migrator.migrate(queue, upTo: "0001-keys")
    let key = try Sample.key(1)
    let record = key.record
    let version = try #require(record.versions.first)
    try await queue.write { db in
      try Schema.establish(Bits128(high: 1, low: 2), in: db)
      try db.execute(sql: "INSERT INTO epochs VALUES (1, X'01', 0, 1)")
      try db.execute(
        sql: """
          INSERT INTO keys VALUES (1, ?, ?, ?, 1, ?, ?, 1, 3, 1, 0, 0, 2, NULL, X'', X'00000000', ?, ?, 1, ?)
          """,
        arguments: [
          Data(record.id.bits.bytes), Data(text: record.home.account.text), Data(text: record.home.region),
          Data(text: record.identifier), Data(text: record.resourceName), Data(record.policy),
          Data(record.current.bits.bytes), Data(key.code),
        ])
      try db.execute(
        sql: "INSERT INTO versions VALUES (1, 0, ?, 1, 0, 1, ?)",
        arguments: [Data(version.id.bits.bytes), Data(version.material?.bytes ?? [])])
    }
    try Schema.migrator.migrate(queue)
    let found = try await queue.read { db in
      try Row.fetchOne(db, sql: Queries.keyByID.sql, arguments: [Data(record.id.bits.bytes)]).map {
        try Records.key($0, in: db)
      }
    }
    #expect(found == key)
    #expect(found?.record.canonicalBytes == record.canonicalBytes)
    let counts = try await queue.read { db in
      try ["grants", "uses", "custom_key_stores"].map {
        try Int.fetchOne(db, sql: "SELECT count(*) FROM \($0)")
      }
    }
    #expect(counts == [0, 0, 0])
    let keys = try await queue.read { db in
      try Int.fetchOne(
        db, sql: "SELECT keys FROM key_counts WHERE account = ? AND region = ? AND kind = 1",
        arguments: [Data(text: record.home.account.text), Data(text: record.home.region)])
    }
    #expect(keys == 1)
  }
}
