import Foundation
import GRDB
package import KMSDomain

extension SQLiteStore: Store {
  package func outbox(limit: Int) async throws(KMSError) -> [OutboxRecord] {
    try await all(.outbox, [max(0, limit)]) { row in
      let columns = Columns(row, kind: .keyRecord)
      return OutboxRecord(id: try columns.bits(0), line: try columns.bytes(1))
    }
  }

  package func auditCheckpoint() async throws(KMSError) -> [UInt8]? {
    let found: [UInt8]?? = try await one(.auditCheckpoint, []) { row, _ in
      try Columns(row, kind: .keyRecord).optionalBytes(0)
    }
    return found ?? nil
  }
}

// MARK: - Running a query

extension SQLiteStore {
  func count(_ query: Queries, _ arguments: StatementArguments) async throws(KMSError) -> Int {
    let count: Int? = try await one(query, arguments) { row, _ in try Columns(row, kind: .keyRecord).number(0)
    }
    return count ?? 0
  }

  func one<Result: Sendable>(
    _ query: Queries, _ arguments: StatementArguments,
    _ decode: @escaping @Sendable (Row, Database) throws -> Result
  ) async throws(KMSError) -> Result? {
    try await read { db in
      let statement = try db.cachedStatement(sql: query.sql)
      return try Row.fetchOne(statement, arguments: arguments).map { try decode($0, db) }
    }
  }

  func all<Result: Sendable>(
    _ query: Queries, _ arguments: StatementArguments, _ decode: @escaping @Sendable (Row) throws -> Result
  ) async throws(KMSError) -> [Result] {
    try await read { db in
      let statement = try db.cachedStatement(sql: query.sql)
      return try Row.fetchAll(statement, arguments: arguments).map(decode)
    }
  }

  /// Runs `body` on a snapshot that begins after this call did.
  func read<Result: Sendable>(
    _ body: @escaping @Sendable (Database) throws -> Result
  ) async throws(KMSError) -> Result {
    let onFault = onFault
    let result: Swift.Result<Result, KMSError> = await withCheckedContinuation { continuation in
      pool.asyncRead { connection in
        do {
          continuation.resume(returning: .success(try body(try connection.get())))
        } catch {
          continuation.resume(returning: .failure(Fault.translate(error, onFault)))
        }
      }
    }
    return try result.get()
  }

  static func place(_ keyring: Keyring) -> StatementArguments {
    [Data(text: keyring.account.text), Data(text: keyring.region), keyring.kind.rawValue]
  }
}
