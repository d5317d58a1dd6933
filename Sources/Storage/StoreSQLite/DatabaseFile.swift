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

  static func examine(_ path: String) throws(StoreOpenError) -> (DatabasePool, Bits128) {
    guard try isPresent(path) else { throw .missing(path: path) }
    let address = try address(forReading: path)
    return try guarded(path) {
      var configuration = configuration(readers: 1)
      configuration.readonly = true
      let pool = try DatabasePool(path: address, configuration: configuration)
      let found = try pool.read { db in
        let applied = try Schema.migrator.appliedIdentifiers(db)
        if let refusal = refusal(applied, known: Schema.migrator.migrations, path) { throw refusal }
        return try Schema.storeID(db)
      }
      guard let storeID = found else { throw StoreOpenError.notAStore(path: path) }
      return (pool, storeID)
    }
  }

  /// Why a database can't be used as it is; nil when its schema is exactly the known one.
  static func refusal(_ applied: Set<String>, known: [String], _ path: String) -> StoreOpenError? {
    let unknown = applied.subtracting(known).sorted()
    let missing = known.filter { !applied.contains($0) }
    if !unknown.isEmpty { return .newerSchema(path: path, unknown: unknown) }
    if applied.isEmpty { return .notAStore(path: path) }
    return missing.isEmpty ? nil : .olderSchema(path: path, missing: missing)
  }

  /// A URI by which SQLite reads a database and writes nothing. An ordinary read-only connection still makes a write-ahead log
  /// and its index.
  private static func address(forReading path: String) throws(StoreOpenError) -> String {
    let log: Int64
    let hasIndex: Bool
    do throws(SystemError) {
      log = try FileStatus.of(path + "-wal")?.size ?? 0
      hasIndex = try FileStatus.of(path + "-shm") != nil
    } catch {
      throw .failed(path: path, reason: error.description)
    }
    var plain = CharacterSet.urlPathAllowed
    plain.remove(charactersIn: "?#%;")
    let name = path.addingPercentEncoding(withAllowedCharacters: plain) ?? path
    // Without a log the file is the whole database. With one, SQLite builds the index in memory when it may not write to it,
    // but wants to find one.
    guard log > 0 else { return "file:\(name)?immutable=1" }
    guard hasIndex else { throw .unfinished(path: path) }
    return "file:\(name)?readonly_shm=1"
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
