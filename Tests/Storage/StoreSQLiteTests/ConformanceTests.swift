import StoreConformance
import StoreSQLite
import Testing

struct ConformanceTests {
  @Test("SQLite keeps every promise of the store port", arguments: StoreConformance.promises)
  func keeps(promise: StoreConformance.Promise) async throws {
    let scratch = try Scratch()
    let suite = StoreConformance(
      makeStore: { try scratch.create() },
      reopen: { store in
        await (store as? SQLiteStore)?.close()
        return try scratch.open()
      })
    try await promise.check(suite)
  }
}
