package import CustodySoftware
import Foundation
import GRDB
import KMSAudit
package import KMSDomain
package import KMSEngine
package import KMSTestKit
import StoreSQLite

/// An engine over the parts that ship: SQLite, software custody under a key file, the Merkle log, all in a folder of its
/// own that goes away with the value. Only the clock is a test's, and the log's disk can be filled up.
package final class TestHouse: Sendable {
  private let folder: TemporaryFolder
  private let vocabulary: any PolicyVocabulary
  package let clock = ManualClock()
  /// What quotas go by.
  package let elapsed = ManualClock()
  package let faults = CollectedFaults()
  package let disk: LogDisk
  package let store: any Store
  /// Custody, randomness and authenticator of records in one.
  package let custody:
    any KeyCustody & RecordAuthenticator & CredentialVault & SessionVault & EpochCustody & Signer
      & Randomness & TokenCustody & RewrapCustody & ErasureCustody & DeviceCustody
  package let audit: any AuditLog
  package let engine: Engine
  /// Opens custody once more, from its files and the store, as a restart does.
  private let custodyAgain: @Sendable () async throws -> SoftwareCustody
  private let logAgain: @Sendable () throws -> any AuditLog

  /// - Parameter isStrict: an answer waits until its record survives a power cut, so there is no fast lane.
  /// - Parameter isFromBeforeErasure: the first epoch is under the root alone.
  /// - Parameter legacy: what custody is permitted of algorithms that protect too little.
  package init(
    _ vocabulary: any PolicyVocabulary = PlainVocabulary(), isStrict: Bool = false,
    rejectionsPerSecond: Int = 10, epochLimits: EpochLimits = .standard, quotas: RequestQuotas? = nil,
    vaultQuotas: VaultQuotas? = nil, keysPerRegion: Int? = nil, legacy: LegacyAlgorithms = .none,
    isFromBeforeErasure: Bool = false, notes: any NotesReader = NoNotesReader(),
    listener: any ChangeListener = NobodyListens()
  ) async throws {
    let folder = try TemporaryFolder()
    let disk = LogDisk()
    let storeID = Bits128(high: 0x7e57, low: 0x40e5)
    let store = try SQLiteStore.create(
      path: folder.path("store.sqlite"), storeID: storeID, readers: 1,
      onFault: { [faults] in
        faults.record($0, request: nil)
      })
    let seal = KeyFileSeal(path: folder.path("seal-key"), cost: .insecureForTests)
    let erasure = try ErasureSecrets.make(
      ErasureFile(path: folder.path("erasure")), for: storeID, now: clock.now())
    let (sealed, epoch) = try SoftwareCustody.initialise(
      seal: seal, storeID: storeID, now: clock.now(), erasure: isFromBeforeErasure ? nil : erasure)
    try await store.commit(.addEpoch(epoch), outbox: nil)
    let custody = try SoftwareCustody(
      seal: seal, sealed: sealed, storeID: storeID, epochs: try await store.epochs(),
      limits: epochLimits, legacy: legacy, erasure: erasure)
    custodyAgain = {
      let file = ErasureFile(path: folder.path("erasure"))
      try file.tidy()
      let again = try SoftwareCustody(
        seal: seal, sealed: sealed, storeID: storeID, epochs: try await store.epochs(), legacy: legacy,
        erasure: try ErasureSecrets.open(
          file, for: storeID, begun: try await store.erasure().begun?.secret))
      for retired in try await store.retiredEpochs() { try again.release(retired) }
      return again
    }
    let settings = AuditLogSettings(
      folder: folder.path("audit"), origin: "claviger/" + storeID.hex, isStrict: isStrict,
      openFile: disk.open)
    let openLog = { @Sendable [clock, faults] in
      try MerkleAuditLog.open(
        settings, signer: custody, clock: clock, randomness: custody, faults: faults, expectedCheckpoint: nil)
    }
    logAgain = openLog
    let audit = try openLog()
    self.folder = folder
    self.vocabulary = vocabulary
    self.disk = disk
    self.store = store
    self.custody = custody
    self.audit = audit
    let desk = Desk(
      store: store, custody: custody, authenticator: custody, audit: audit, vocabulary: vocabulary,
      clock: clock,
      randomness: custody, faults: faults, slowLane: SlowLane(TestWorkers(), audit, limits: .patient),
      cachedKeys: 1000,
      cachedLiveKeys: 1000, vault: custody, attestation: TestAttestation(), notes: notes,
      listener: listener, keysPerRegion: keysPerRegion)
    engine = Engine(
      desk, rejectionsPerSecond: rejectionsPerSecond,
      meter: quotas.map { [elapsed] in RequestMeter($0, clock: elapsed) },
      vaultMeter: vaultQuotas.map { [elapsed] in VaultMeter($0, clock: elapsed) })
  }

  /// Whether this process's libcrypto has keys of this kind.
  package static func canMake(_ spec: KeySpec) -> Bool { SoftwareCustody.isInLibrary(spec) }

  /// What a restart makes of the files and the store as they are now: custody, and an engine with empty caches.
  package func restarted() async throws -> (custody: SoftwareCustody, engine: Engine) {
    let again = try await custodyAgain()
    let desk = Desk(
      store: store, custody: again, authenticator: again, audit: audit, vocabulary: vocabulary, clock: clock,
      randomness: again, faults: faults, slowLane: SlowLane(TestWorkers(), audit, limits: .patient),
      cachedKeys: 1000, cachedLiveKeys: 1000, vault: again)
    return (again, Engine(desk, rejectionsPerSecond: 10))
  }

  /// Opens the log once more and drains the outbox into it, as a restart does.
  package func recoverLog() async throws {
    let log = try logAgain()
    for waiting in try await store.outbox(limit: .max) { try await log.append(waiting) }
  }

  /// The folder of the erasure secret, the seal and the database.
  package func path(_ name: String) -> String { folder.path(name) }

  /// Another engine over the same parts, whose caches are empty: what a restart sees.
  /// - Parameter store: another than this house's.
  package func coldEngine(over store: (any Store)? = nil) -> Engine {
    let desk = Desk(
      store: store ?? self.store, custody: custody, authenticator: custody, audit: audit,
      vocabulary: vocabulary,
      clock: clock,
      randomness: custody, faults: faults, slowLane: SlowLane(TestWorkers(), audit, limits: .patient),
      cachedKeys: 1000,
      cachedLiveKeys: 1000, vault: custody)
    return Engine(desk, rejectionsPerSecond: 10)
  }

  /// Changes the database behind the store's back, as somebody with the file could.
  /// - Returns: how many rows were changed by the last statement.
  package func edit(_ sql: String) throws -> Int {
    try DatabaseQueue(path: folder.path("store.sqlite")).write { db in
      try db.execute(sql: sql)
      return db.changesCount
    }
  }

  /// The records of the log, the first first.
  package func records() throws -> [LoggedRecord] {
    try log().split(separator: 0x0a).map { try JSONDecoder().decode(LoggedRecord.self, from: $0) }
  }

  /// The log as it stands on disk.
  package func logText() throws -> String { String(decoding: try log(), as: UTF8.self) }

  private func log() throws -> Data {
    let audit = folder.path("audit")
    let segments = try FileManager.default.contentsOfDirectory(atPath: audit)
      .filter { $0.hasSuffix(".jsonl") }
      .sorted()
    return try segments.reduce(into: Data()) { log, segment in
      log += try Data(contentsOf: URL(filePath: audit).appending(path: segment))
    }
  }
}

extension SlowLane.Limits {
  /// For tests on machines of any speed.
  package static let patient = SlowLane.Limits(line: 1024, deadline: .seconds(86_400))
}
