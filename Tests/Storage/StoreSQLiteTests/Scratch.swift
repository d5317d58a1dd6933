import Foundation
import KMSDomain
import StoreSQLite

/// A folder that goes away with the value, and stores in it.
final class Scratch: Sendable {
  let folder: URL

  init() throws {
    folder = FileManager.default.temporaryDirectory.appending(component: "store-\(UUID().uuidString)")
    try FileManager.default.createDirectory(
      at: folder, withIntermediateDirectories: false, attributes: [.posixPermissions: 0o700])
  }

  deinit { try? FileManager.default.removeItem(at: folder) }

  var path: String { folder.appending(component: "store.sqlite").path }

  static let storeID = Bits128(high: 0x1234, low: 0x5678)

  func create() throws -> SQLiteStore { try SQLiteStore.create(path: path, storeID: Scratch.storeID) }
  func open() throws -> SQLiteStore { try SQLiteStore.open(path: path) }

  /// The bytes of every file in the folder.
  func allBytes() throws -> [Data] {
    try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil).map {
      try Data(contentsOf: $0)
    }
  }
}

/// Records for what the conformance suite doesn't know: SQLite itself.
enum Sample {
  static func material(_ number: UInt64) -> [UInt8] {
    (0..<64).map {
      UInt8(truncatingIfNeeded: (number &+ 1) &* 0x9e37_79b9_7f4a_7c15 >> UInt64($0 % 57)) ^ UInt8($0)
    }
  }

  static func key(_ number: UInt64, generation: UInt64 = 1) throws -> Authenticated<KeyRecord> {
    guard let account = AccountID("111122223333") else { throw CocoaError(.formatting) }
    let version = VersionID(Bits128(high: number, low: 1))
    let record = KeyRecord(
      id: KeyID(Bits128(high: number &* 0x9e37_79b9_7f4a_7c15, low: number)),
      home: Keyring(account: account, region: "eu-central-1", kind: .aws), identifier: "key-\(number)",
      resourceName: "key:\(number)", spec: .aes256, usages: [.encrypt, .decrypt], origin: .generated,
      exportable: false, createdAt: Instant(milliseconds: 0), state: .active, deletionDate: nil,
      description: "",
      tags: [], policy: Array("{}".utf8),
      versions: [
        KeyVersion(
          id: version, state: .active, createdAt: Instant(milliseconds: 0),
          material: WrappedKey(epoch: EpochID(1), bytes: material(number)))
      ], current: version, generation: generation)
    return Authenticated(record, code: [UInt8](repeating: 7, count: 32))
  }

  static let epoch = EpochRecord(
    id: EpochID(1), wrapped: [1, 2, 3], createdAt: Instant(milliseconds: 0), wraps: 0)
}
