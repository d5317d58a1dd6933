import GRDB
package import KMSDomain

/// The embedded store: one SQLite database in write-ahead mode, nothing else to run.
///
/// A change that `commit` has acknowledged survives a power cut (`synchronous=FULL`). One connection writes, a bounded
/// number reads; every read is a snapshot that contains all acknowledged changes. What is deleted is overwritten
/// (`secure_delete`). Only one process may have the database open at a time: the caller holds a lock on its folder.
package final class SQLiteStore: Sendable {
  /// Names this database for ever; custody binds it into every wrapping.
  package let storeID: Bits128

  let pool: DatabasePool
  let writer: GroupCommit
  let onFault: @Sendable (String) -> Void

  init(storeID: Bits128, pool: DatabasePool, onFault: @escaping @Sendable (String) -> Void) {
    self.storeID = storeID
    self.pool = pool
    self.onFault = onFault
    writer = GroupCommit(pool: pool, onFault: onFault)
  }

  /// Makes a database with mode 0600, or finishes one whose making was interrupted.
  /// - Parameters:
  ///   - storeID: random.
  ///   - readers: how many connections may read at once, at least 1.
  ///   - onFault: told what SQLite said when a call fails with `storeUnavailable`; never a stored value.
  package static func create(
    path: String, storeID: Bits128, readers: Int = 4,
    onFault: @escaping @Sendable (String) -> Void = { _ in }
  ) throws(StoreOpenError) -> SQLiteStore {
    let pool = try DatabaseFile.create(path, storeID: storeID, readers: readers)
    return SQLiteStore(storeID: storeID, pool: pool, onFault: onFault)
  }

  /// Opens a database and brings its schema up to date. Takes the same short time however many keys it holds.
  package static func open(
    path: String, readers: Int = 4, onFault: @escaping @Sendable (String) -> Void = { _ in }
  ) throws(StoreOpenError) -> SQLiteStore {
    let (pool, storeID) = try DatabaseFile.open(path, readers: readers)
    return SQLiteStore(storeID: storeID, pool: pool, onFault: onFault)
  }

  /// Opens a database to look at it: neither the file nor anything beside it is written, made or removed, and every change
  /// fails with `storeUnavailable`. The caller keeps servers away meanwhile.
  /// - Throws: also for a schema that isn't exactly this version's.
  package static func examine(
    path: String, onFault: @escaping @Sendable (String) -> Void = { _ in }
  ) throws(StoreOpenError) -> SQLiteStore {
    let (pool, storeID) = try DatabaseFile.examine(path)
    return SQLiteStore(storeID: storeID, pool: pool, onFault: onFault)
  }

  /// Carries out what is queued, empties the write-ahead log and closes all connections. Later calls fail with
  /// `storeUnavailable`. Closing again does nothing.
  package func close() async { await writer.close() }

  /// How many changes were made in how many transactions since the store was opened.
  package var statistics: Statistics { writer.statistics }

  package struct Statistics: Hashable, Sendable {
    /// Transactions that reached the disk: one flush each.
    package internal(set) var commits: UInt64 = 0
    /// Changes that succeeded.
    package internal(set) var changes: UInt64 = 0
  }
}
