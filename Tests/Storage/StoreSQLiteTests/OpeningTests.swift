import Foundation
import GRDB
import KMSDomain
import StoreSQLite
import Testing

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
