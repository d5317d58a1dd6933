import Foundation
import GRDB
import KMSDomain
import Testing

@testable import StoreSQLite

struct OpeningTests {
  @Test("a new database is its owner's alone, and so are the files beside it")
  func modeIsPrivate() async throws {
    let scratch = try Scratch()
    let store = try scratch.create()
    try await store.commit(.addEpoch(Sample.epoch), outbox: nil)
    let names = try FileManager.default.contentsOfDirectory(atPath: scratch.folder.path).sorted()
    #expect(names == ["store.sqlite", "store.sqlite-shm", "store.sqlite-wal"])
    for name in names {
      let file = scratch.folder.appending(component: name).path
      let mode = try FileManager.default.attributesOfItem(atPath: file)[.posixPermissions] as? NSNumber
      #expect(mode?.intValue == 0o600)
    }
    await store.close()
  }

  @Test("a database that others can read is refused")
  func openModeIsRefused() async throws {
    let scratch = try Scratch()
    await (try scratch.create()).close()
    try FileManager.default.setAttributes([.posixPermissions: 0o640], ofItemAtPath: scratch.path)
    #expect(throws: StoreOpenError.accessibleByOthers(path: scratch.path)) { try scratch.open() }
  }

  @Test("the store keeps its id, and a second one isn't made in its place")
  func storeIDStays() async throws {
    let scratch = try Scratch()
    #expect(throws: StoreOpenError.missing(path: scratch.path)) { try scratch.open() }
    await (try scratch.create()).close()
    #expect(throws: StoreOpenError.alreadyExists(path: scratch.path)) { try scratch.create() }
    let store = try scratch.open()
    #expect(store.storeID == Scratch.storeID)
    await store.close()
  }

  @Test("an empty file left by an interrupted creation is not a store, and creation finishes it")
  func interruptedCreation() async throws {
    let scratch = try Scratch()
    let made = FileManager.default.createFile(
      atPath: scratch.path, contents: Data(), attributes: [.posixPermissions: 0o600])
    #expect(made)
    #expect(throws: StoreOpenError.notAStore(path: scratch.path)) { try scratch.open() }
    let store = try scratch.create()
    #expect(try await store.keyCount() == 0)
    await store.close()
  }

  @Test("a file that is no database is refused")
  func foreignFile() throws {
    let scratch = try Scratch()
    let made = FileManager.default.createFile(
      atPath: scratch.path, contents: Data(repeating: 0x41, count: 8192),
      attributes: [.posixPermissions: 0o600])
    #expect(made)
    #expect(throws: StoreOpenError.notAStore(path: scratch.path)) { try scratch.open() }
  }

  @Test("a schema that a newer server has changed is refused by name")
  func newerSchema() async throws {
    let scratch = try Scratch()
    await (try scratch.create()).close()
    let queue = try DatabaseQueue(path: scratch.path)
    try await queue.write { db in try db.execute(sql: "INSERT INTO grdb_migrations VALUES ('9999-later')") }
    try queue.close()
    let refusal = StoreOpenError.newerSchema(path: scratch.path, unknown: ["9999-later"])
    #expect(throws: refusal) { try scratch.open() }
    #expect(throws: refusal) { try scratch.create() }
    #expect("\(refusal)".contains("9999-later"))
  }

  /// Every file in the folder with its bytes and the time of its last change.
  private func state(of scratch: Scratch) throws -> [String: [Data]] {
    var state: [String: [Data]] = [:]
    for name in try FileManager.default.contentsOfDirectory(atPath: scratch.folder.path) {
      let file = scratch.folder.appending(component: name)
      let attributes = try FileManager.default.attributesOfItem(atPath: file.path)
      let changed = (attributes[.modificationDate] as? Date)?.timeIntervalSince1970 ?? 0
      state[name] = [try Data(contentsOf: file), Data("\(changed)".utf8)]
    }
    return state
  }

  private func look(at scratch: Scratch) async throws -> (epochs: Int, checkpoint: [UInt8]?) {
    let before = try state(of: scratch)
    let store = try SQLiteStore.examine(path: scratch.path)
    let found = (try await store.epochs().count, try await store.auditCheckpoint())
    await #expect(throws: KMSError.storeUnavailable) {
      try await store.commit(.addEpoch(Sample.epoch), outbox: nil)
    }
    await store.close()
    #expect(try state(of: scratch) == before)
    return found
  }

  @Test("looking at a database that was closed writes nothing")
  func examiningClosed() async throws {
    let scratch = try Scratch()
    let store = try scratch.create()
    try await store.commit(.addEpoch(Sample.epoch), outbox: nil)
    try await store.setAuditCheckpoint([1, 2, 3])
    await store.close()
    let found = try await look(at: scratch)
    #expect(found.epochs == 1 && found.checkpoint == [1, 2, 3])
  }

  @Test("looking at what a killed server left finds its last changes and writes nothing")
  func examiningKilled() async throws {
    let running = try Scratch()
    let store = try running.create()
    try await store.commit(.addEpoch(Sample.epoch), outbox: nil)
    try await store.setAuditCheckpoint([4, 5, 6])
    let scratch = try Scratch()
    for name in try FileManager.default.contentsOfDirectory(atPath: running.folder.path) {
      try FileManager.default.copyItem(
        at: running.folder.appending(component: name), to: scratch.folder.appending(component: name))
    }
    await store.close()
    let found = try await look(at: scratch)
    #expect(found.epochs == 1 && found.checkpoint == [4, 5, 6])
    try FileManager.default.removeItem(atPath: scratch.path + "-shm")
    #expect(throws: StoreOpenError.unfinished(path: scratch.path)) {
      try SQLiteStore.examine(path: scratch.path)
    }
  }

  @Test("a path may have any characters")
  func examiningStrangePath() async throws {
    let scratch = try Scratch()
    await (try scratch.create()).close()
    let strange = scratch.folder.appending(component: "a b?c#d%20;é")
    try FileManager.default.createDirectory(at: strange, withIntermediateDirectories: false)
    let path = strange.appending(component: "store.sqlite").path
    try FileManager.default.moveItem(atPath: scratch.path, toPath: path)
    let store = try SQLiteStore.examine(path: path)
    #expect(store.storeID == Scratch.storeID)
    await store.close()
    #expect(try FileManager.default.contentsOfDirectory(atPath: strange.path) == ["store.sqlite"])
  }

  @Test("looking brings no schema up to date: an older and a newer one are refused by name")
  func examiningOtherSchemas() async throws {
    let scratch = try Scratch()
    #expect(throws: StoreOpenError.missing(path: scratch.path)) {
      try SQLiteStore.examine(path: scratch.path)
    }
    await (try scratch.create()).close()
    let queue = try DatabaseQueue(path: scratch.path)
    try await queue.write { db in try db.execute(sql: "INSERT INTO grdb_migrations VALUES ('9999-later')") }
    try queue.close()
    #expect(throws: StoreOpenError.newerSchema(path: scratch.path, unknown: ["9999-later"])) {
      try SQLiteStore.examine(path: scratch.path)
    }
    let older = DatabaseFile.refusal(["1"], known: ["1", "2", "3"], "p")
    #expect(older == .olderSchema(path: "p", missing: ["2", "3"]))
    #expect(older?.description.contains("2, 3") == true)
    #expect(DatabaseFile.refusal(["1", "2"], known: ["1", "2"], "p") == nil)
    #expect(DatabaseFile.refusal([], known: ["1"], "p") == .notAStore(path: "p"))
  }

  @Test("a database from before there were public keys is brought up to date with its keys")
  func publicKeysMigration() async throws {
    let scratch = try Scratch()
    let before = try scratch.create()
    try await before.commit(.addEpoch(Sample.epoch), outbox: nil)
    let key = try Sample.key(1)
    try await before.commit(.createKey(key), outbox: nil)
    await before.close()
    let queue = try DatabaseQueue(path: scratch.path)
    try await queue.write { db in
      try db.execute(
        sql: """
          ALTER TABLE versions DROP COLUMN public_key;
          ALTER TABLE versions DROP COLUMN fingerprint;
          DELETE FROM grdb_migrations WHERE identifier = '0002-public-keys';
          """)
    }
    try queue.close()
    #expect(throws: StoreOpenError.olderSchema(path: scratch.path, missing: ["0002-public-keys"])) {
      try SQLiteStore.examine(path: scratch.path)
    }
    let store = try scratch.open()
    #expect(try await store.key(key.record.id) == key)
    await store.close()
  }

  @Test("a closed store refuses and doesn't hang")
  func closed() async throws {
    let scratch = try Scratch()
    let store = try scratch.create()
    await store.close()
    await store.close()
    await #expect(throws: KMSError.storeUnavailable) {
      try await store.commit(.addEpoch(Sample.epoch), outbox: nil)
    }
    await #expect(throws: KMSError.storeUnavailable) { _ = try await store.epochs() }
    await #expect(throws: KMSError.storeUnavailable) { try await store.settleOutbox([Scratch.storeID]) }
  }
}
