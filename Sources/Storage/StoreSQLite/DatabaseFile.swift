import Foundation
import GRDB
import KMSDomain
import KMSSystem

/// Makes and opens the database file and sets up its connections.
enum DatabaseFile {
  static func create(_ path: String, storeID: Bits128, readers: Int) throws(StoreOpenError) -> DatabasePool {
    if try !isPresent(path) {
      // SQLite would make it readable by all; its log and index inherit the mode of this file.
      do throws(SystemError) {
        try PrivateFile.write([], to: path)
      } catch {
        throw .failed(path: path, reason: error.description)
      }
    }
    return try guarded(path) {
      let pool = try connect(path, readers: readers)
      try refuseNewer(pool, path)
      try Schema.migrator.migrate(pool)
      try pool.write { db in
        guard try Schema.storeID(db) == nil else { throw StoreOpenError.alreadyExists(path: path) }
        try Schema.establish(storeID, in: db)
      }
      return pool
    }
  }

  static func open(_ path: String, readers: Int) throws(StoreOpenError) -> (DatabasePool, Bits128) {
    guard try isPresent(path) else { throw .missing(path: path) }
    return try guarded(path) {
      let pool = try connect(path, readers: readers)
      try refuseNewer(pool, path)
      let applied = try pool.writeWithoutTransaction { db in try Schema.migrator.appliedIdentifiers(db) }
      guard !applied.isEmpty else { throw StoreOpenError.notAStore(path: path) }
      try Schema.migrator.migrate(pool)
      guard let storeID = try pool.writeWithoutTransaction({ db in try Schema.storeID(db) }) else {
        throw StoreOpenError.notAStore(path: path)
      }
      return (pool, storeID)
    }
  }

  /// - Returns: whether there is a file at `path`, which only its owner can read.
  private static func isPresent(_ path: String) throws(StoreOpenError) -> Bool {
    guard FileManager.default.fileExists(atPath: path) else { return false }
    let attributes = try? FileManager.default.attributesOfItem(atPath: path)
    guard let mode = attributes?[.posixPermissions] as? NSNumber else {
      throw .failed(path: path, reason: "its mode can't be read")
    }
    guard mode.intValue & 0o077 == 0 else { throw .accessibleByOthers(path: path) }
    return true
  }

  private static func connect(_ path: String, readers: Int) throws -> DatabasePool {
    let pool = try DatabasePool(path: path, configuration: configuration(readers: readers))
    // Not in `prepareDatabase`: GRDB lowers `synchronous` when it turns the write-ahead log on, which comes after.
    try pool.writeWithoutTransaction { db in
      try db.execute(sql: "PRAGMA synchronous = FULL")
      try db.execute(sql: "PRAGMA secure_delete = ON")
      try db.execute(sql: "PRAGMA wal_autocheckpoint = \(checkpointPages)")
      try db.execute(sql: "PRAGMA journal_size_limit = \(2 * checkpointPages * 4096)")
      try db.execute(sql: "PRAGMA cache_size = -\(writerCacheKiB)")
    }
    return pool
  }

  private static func configuration(readers: Int) -> Configuration {
    var configuration = Configuration()
    configuration.label = "store"
    configuration.foreignKeysEnabled = true
    configuration.busyMode = .timeout(busyTimeout)
    configuration.maximumReaderCount = max(1, readers)
    // Arguments are records: they must not appear in error messages.
    configuration.publicStatementArguments = false
    return configuration
  }

  private static func refuseNewer(_ pool: DatabasePool, _ path: String) throws {
    let applied = try pool.writeWithoutTransaction { db in try Schema.migrator.appliedIdentifiers(db) }
    let unknown = applied.subtracting(Schema.migrator.migrations).sorted()
    guard unknown.isEmpty else { throw StoreOpenError.newerSchema(path: path, unknown: unknown) }
  }

  private static func guarded<Result>(
    _ path: String, _ body: () throws -> Result
  ) throws(StoreOpenError) -> Result {
    do {
      return try body()
    } catch let error as StoreOpenError {
      throw error
    } catch let error as DatabaseError where error.resultCode == .SQLITE_NOTADB {
      throw .notAStore(path: path)
    } catch {
      throw .failed(path: path, reason: Fault.describe(error))
    }
  }

  /// Pages that the write-ahead log grows to before they move into the database, 40 MB: moving costs two flushes.
  private static let checkpointPages = 10_000
  /// Random identifiers touch a page of each index per insert; this keeps the upper levels at hand.
  private static let writerCacheKiB = 16_384
  private static let busyTimeout: TimeInterval = 5
}
