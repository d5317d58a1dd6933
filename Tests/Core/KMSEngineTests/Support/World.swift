import CustodySoftware
import KMSDomain
import KMSEngine
import KMSTestKit
import Synchronization
import TestHouse

/// A house with something in it: two keys of one account, an alias on each, a ciphertext of each, and a user.
struct World: Sendable {
  let house: TestHouse
  /// The key that calls are about: "alias/one", the tag team=core.
  let key: KeyRecord
  /// Another of the same kind: "alias/two".
  let other: KeyRecord
  /// Empty where the keys aren't for symmetric encryption.
  let ciphertext: [UInt8]
  let otherCiphertext: [UInt8]
  /// A signature or a code of the key over the plaintext, or what was encapsulated for it; empty where it is for none of them.
  let proof: [UInt8]
  /// Of the key, made of `World.terms`.
  let grant: CreateGrant.Answer
  private let calls = RequestNumbers()
  private let stage = ImportStage()
  private let objectStage = ObjectStage()

  static let plaintext = Array("attack at dawn".utf8)
  static let admin = Fixtures.caller("admin", policies: [.administrator])
  static let user = IdentityID("AIDAalice")
  static let terms = terms([.encrypt, .decrypt])
  static func terms(_ operations: [GrantOperation]) -> GrantTerms {
    GrantTerms(
      name: "", grantee: Fixtures.principal("grantee"), retiring: Fixtures.principal("retirer"),
      operations: GrantOperations(operations), constraints: .none, issuer: Fixtures.account)
  }
  static let one = KeyName(.alias, "alias/one", in: Fixtures.keyring)
  static let two = KeyName(.alias, "alias/two", in: Fixtures.keyring)

  init(
    for trial: Trial? = nil, isStrict: Bool = false, rejectionsPerSecond: Int = 10,
    epochLimits: EpochLimits = .standard, quotas: RequestQuotas? = nil, keysPerRegion: Int? = nil,
    isFromBeforeErasure: Bool = false
  ) async throws {
    let kind = trial?.kind ?? .symmetric
    let house = try await TestHouse(
      isStrict: isStrict, rejectionsPerSecond: rejectionsPerSecond, epochLimits: epochLimits, quotas: quotas,
      keysPerRegion: keysPerRegion, isFromBeforeErasure: isFromBeforeErasure)
    let engine = house.engine
    func run<Op: Operation>(_ operation: Op, _ number: UInt64) async throws -> Op.Answer {
      // Each where nothing was asked for yet, whatever quotas there are.
      try await engine.run(
        operation, as: World.admin, in: "setup-\(number)", from: Fixtures.origin(number))
    }
    let key = try await run(.create(tags: [Tag(key: "team", value: "core")], kind: kind), 1).record
    let other = try await run(.create(kind: kind), 2).record
    try await run(CreateAlias(World.one, target: World.reference(key)), 3)
    try await run(CreateAlias(World.two, target: World.reference(other)), 4)
    let isSymmetric = kind.spec == .aes256
    let terms = isSymmetric ? World.terms : World.terms([.describeKey])
    grant = try await run(CreateGrant(World.reference(key), terms: terms, isDryRun: false), 7)
    ciphertext = isSymmetric ? try await run(.encrypt(World.reference(key)), 5).ciphertext : []
    otherCiphertext = isSymmetric ? try await run(.encrypt(World.reference(other)), 6).ciphertext : []
    proof =
      switch kind.usages {
      case [.sign, .verify]: try await run(.sign(World.reference(key)), 8).result
      case [.mac, .verifyMac]: try await run(.mac(World.reference(key)), 8).result
      case [.encapsulate, .decapsulate]:
        try await run(Encapsulate(World.reference(key), isDryRun: false), 8).result.ciphertext
      default: []
      }
    try await house.store.commit(World.identities(engine.desk), outbox: nil)
    try await house.store.commit(World.policies(engine.desk), outbox: nil)
    let vaults = [World.vault, World.deletedVault].map { StoreChange.addVault(engine.desk.seal($0)) }
    try await house.store.commit(.together(vaults), outbox: nil)
    self.house = house
    self.key = key
    self.other = other
  }

  var engine: Engine { house.engine }

  /// By its identifier, as a caller of its account writes it.
  static func reference(_ key: KeyRecord) -> KeyReference {
    KeyReference(.name(KeyName(.identifier, key.identifier, in: key.home)), asWritten: key.identifier)
  }

  static func reference(_ alias: KeyName) -> KeyReference {
    KeyReference(.name(alias), asWritten: alias.text)
  }

  var keyReference: KeyReference { World.reference(key) }
  var otherReference: KeyReference { World.reference(other) }

  /// Where the next call comes from: every call has a request id of its own.
  func origin() -> RequestOrigin { Fixtures.origin(calls.next()) }

  @discardableResult
  func run<Op: Operation>(_ operation: Op, as caller: Caller = World.admin) async throws -> Op.Answer {
    try await engine.run(operation, as: caller, from: origin())
  }

  /// What a call fails with.
  func failure<Op: Operation>(of operation: Op, as caller: Caller = World.admin) async throws -> KMSError {
    do throws(KMSError) {
      _ = try await engine.run(operation, as: caller, from: origin())
    } catch {
      return error
    }
    throw Surprise("\(Op.self) succeeded")
  }

  /// The key as the store has it.
  func stored(_ key: KeyRecord) async throws -> KeyRecord {
    guard let stored = try await house.store.key(key.id) else { throw Surprise("a key is gone") }
    return stored.record
  }

  /// Changes a key as if it had come to this by operations, and lets the engine forget what it knew.
  func put(_ key: KeyRecord, _ change: (inout KeyRecord) -> Void) async throws {
    let before = try await stored(key)
    var after = before
    change(&after)
    after.generation += 1
    let sealed = engine.desk.seal(after)
    try await house.store.commit(.updateKey(sealed, expecting: before.generation), outbox: nil)
    engine.desk.keys.forget(key.id)
    engine.desk.liveKeys.forget(after.versions)
  }

  func put(_ key: KeyRecord, in state: KeyState) async throws {
    guard try await state != stored(key).state else { return }
    try await put(key) { record in
      record.state = state
      record.deletionDate = state.isPendingDeletion ? Fixtures.start : nil
    }
  }

  /// The key of a trial: there from `prepare(for:)` on if it is for imports.
  func subject(of trial: Trial) throws -> KeyRecord {
    switch trial.subject {
    case .key: key
    case .imported: try imported
    case .object: try objects.key
    }
  }

  var objects: ObjectStage.Objects {
    get throws { try objectStage.found() }
  }

  var imported: KeyRecord {
    get throws { try stage.found().key }
  }
  var importedReference: KeyReference {
    get throws { World.reference(try imported) }
  }
  /// Material on its way into the key for trials of imports.
  var parcel: ImportedMaterial {
    get throws { try stage.found().parcel }
  }

  /// The world's key as the trial needs it, so that nothing but rights and state can be in its way.
  /// - Parameter state: another than the trial's own.
  func prepare(for trial: Trial, in state: KeyState? = nil) async throws {
    if trial.rights == [.rotateKey] {
      try await put(key) { $0.rotation = RotationSchedule(periodDays: 90, next: Fixtures.start) }
    }
    if trial.rights == [.moveObjectOn] {
      try await put(key) { record in
        var dates = ObjectDates()
        dates.deactivation = Fixtures.start
        record.object = ManagedObject(kind: .symmetricKey, dates: dates, uses: record.usages)
      }
    }
    if trial.rights.contains(.replicateKey) { try await makePrimary() }
    if trial.rights.contains(.updatePrimaryRegion) { try await makePrimary(of: World.west) }
    if trial.subject == .imported { try await prepareImport(for: trial) }
    if trial.subject == .object { try await prepareObjects(objectStage) }
    try await put(try subject(of: trial), in: state ?? trial.state)
    if let connection = trial.connection { try await putKeyStore(connection) }
  }

  /// A key with material that is a day from its end, or has come to it; without material where that is what is tried.
  private func prepareImport(for trial: Trial) async throws {
    let key = try await run(.create(origin: .imported)).record
    let parcel = try await parcel([UInt8](1...32), for: World.reference(key))
    stage.set(key, parcel)
    guard trial.rights != [.importKeyMaterial] else { return }
    let terms = ImportTerms(
      kind: nil, claimed: nil, expiry: house.clock.now().advanced(days: 1), description: nil)
    try await run(ImportKeyMaterial(World.reference(key), parcel, terms))
    if trial.rights == [.expireKeyMaterial] { house.clock.advance(seconds: 86_400) }
  }

  /// The record of the last call.
  func lastRecord() throws -> LoggedRecord {
    guard let record = try house.records().last else { throw Surprise("the log is empty") }
    return record
  }
}

/// The key for trials of imports, once there is one.
private final class ImportStage: Sendable {
  private let state = Mutex<(key: KeyRecord, parcel: ImportedMaterial)?>(nil)

  func set(_ key: KeyRecord, _ parcel: ImportedMaterial) { state.withLock { $0 = (key, parcel) } }

  func found() throws -> (key: KeyRecord, parcel: ImportedMaterial) {
    guard let found = state.withLock({ $0 }) else { throw Surprise("no trial of an import was prepared") }
    return found
  }
}

/// Something that a test can't go on after.
struct Surprise: Error, CustomStringConvertible {
  let description: String
  init(_ description: String) { self.description = description }
}

private final class RequestNumbers: Sendable {
  private let last = Atomic<UInt64>(100)
  func next() -> UInt64 { last.wrappingAdd(1, ordering: .relaxed).newValue }
}

extension ManualClock: MovableClock {}
