import KMSDomain
import KMSEngine
import KMSTestKit
import TestHouse
import Testing

// One after the other: every world has files open.
@Suite(.serialized) struct ImportTests {
  private static let day: Int64 = 86_400
  private static let one = [UInt8](1...32)
  private static let two = [UInt8](2...33)
  private static let three = [UInt8](3...34)

  /// A key without material, and how it is called.
  private static func empty(
    _ world: World, _ spec: KeySpec = .aes256, _ usages: KeyUsages = [.encrypt, .decrypt]
  ) async throws -> (KeyRecord, KeyReference) {
    let key = try await world.run(.create(kind: Trial.Kind(spec: spec, usages: usages), origin: .imported))
      .record
    return (key, World.reference(key))
  }

  @Test func `a key for imported material waits for it, and works once it is there`() async throws {
    let world = try await World()
    let (key, reference) = try await Self.empty(world)
    #expect(key.state == .pendingImport && key.origin == .imported && key.versions.count == 1)
    #expect(
      try await world.failure(of: .encrypt(reference)) == .keyPendingImport(key.resourceName))
    let answer = try await world.bring(Self.one, into: reference)
    let stored = try await world.stored(key)
    #expect(stored.state == .active && stored.current == key.current && stored.hasAllMaterial)
    #expect(answer.name == stored.versions.first?.materialName && answer.name?.count == 64)
    let blob = try await world.run(.encrypt(reference)).ciphertext
    #expect(try await world.run(.decrypt(blob)).plaintext.bytes() == World.plaintext)
    let record = try #require(try world.house.records().last { $0.operation == "ImportKeyMaterial" })
    #expect(record.details?["version"] == key.current.bits.hex && record.details?["material"] == answer.name)
    #expect(record.demands?.first?.version == nil)
  }

  @Test func `parameters last a day, and as often as one likes`() async throws {
    let world = try await World()
    let (key, reference) = try await Self.empty(world)
    let answer = try await world.run(GetParametersForImport(reference, by: .sm2PKE, under: .sm2))
    #expect(answer.key.id == key.id && answer.expiry == Fixtures.start.advanced(days: 1))
    let parcel = try await world.parcel(Self.one, for: reference)
    world.house.clock.advance(seconds: Self.day - 1)
    for _ in 0..<2 { try await world.run(ImportKeyMaterial(reference, parcel, .forever)) }
    world.house.clock.advance(seconds: 1)
    let late = ImportKeyMaterial(reference, parcel, .forever)
    #expect(try await world.failure(of: late) == .expiredImportToken)
    #expect(
      try await world.failure(of: GetParametersForImport(reference, by: .rsaOAEPSHA1, under: .sm2))
        == .incompatibleImport(.rsaOAEPSHA1, .sm2, .aes256))
  }

  @Test func `a parcel for one key doesn't open in another`() async throws {
    let world = try await World()
    let (_, one) = try await Self.empty(world)
    let (_, two) = try await Self.empty(world)
    let parcel = try await world.parcel(Self.one, for: one)
    #expect(try await world.failure(of: ImportKeyMaterial(two, parcel, .forever)) == .invalidImportToken)
  }

  @Test func `a key that custody made takes and gives up nothing`() async throws {
    let world = try await World()
    let wrong = KMSError.wrongOrigin(world.key.resourceName, .generated)
    let parcel = ImportedMaterial(encrypted: [1], token: [1])
    let reference = world.keyReference
    #expect(
      try await world.failure(of: GetParametersForImport(reference, by: .sm2PKE, under: .sm2)) == wrong)
    #expect(try await world.failure(of: ImportKeyMaterial(reference, parcel, .forever)) == wrong)
    #expect(try await world.failure(of: DeleteImportedKeyMaterial(reference, material: nil)) == wrong)
    #expect(try await world.failure(of: ExpireKeyMaterial(world.key.id), as: .system) == wrong)
  }

  @Test func `other material never comes in the place of what is the key's`() async throws {
    let world = try await World()
    let (key, reference) = try await Self.empty(world)
    try await world.bring(Self.one, into: reference)
    for terms in [ImportTerms.forever, .kind(.existing)] {
      #expect(
        try await world.failure(bringing: Self.two, into: reference, terms) == .incorrectKeyMaterial)
    }
    #expect(
      try await world.failure(bringing: Self.one, into: reference, .kind(.new)) == .incorrectKeyMaterial)
    try await world.run(DeleteImportedKeyMaterial(reference, material: nil))
    #expect(try await world.failure(bringing: Self.two, into: reference) == .incorrectKeyMaterial)
    #expect(try await world.stored(key).state == .pendingImport)
    let (_, fresh) = try await Self.empty(world)
    #expect(
      try await world.failure(bringing: Self.one, into: fresh, .kind(.existing)) == .incorrectKeyMaterial)
  }

  @Test func `the same material has the same name whenever it comes, and another in another key`()
    async throws
  {
    let world = try await World()
    let (_, reference) = try await Self.empty(world)
    let (_, other) = try await Self.empty(world)
    let first = try await world.bring(Self.one, into: reference)
    try await world.run(DeleteImportedKeyMaterial(reference, material: first.name))
    let cold = world.house.coldEngine()
    let parcel = try await world.parcel(Self.one, for: reference)
    let again = try await cold.run(
      ImportKeyMaterial(reference, parcel, .forever), as: World.admin, from: world.origin())
    #expect(again.name == first.name)
    #expect(try await world.bring(Self.one, into: other).name != first.name)
    let described = try await world.run(DescribeKey(reference))
    #expect(described.materialName(of: described.record.current) == first.name)
  }

  @Test func `material that is claimed by its name must be it`() async throws {
    let world = try await World()
    let (key, reference) = try await Self.empty(world)
    func claiming(_ name: [UInt8]) -> ImportTerms {
      ImportTerms(kind: nil, claimed: name, expiry: nil, description: nil)
    }
    let zeros = [UInt8](repeating: 0, count: 32)
    #expect(
      try await world.failure(bringing: Self.one, into: reference, claiming(zeros)) == .incorrectKeyMaterial)
    try await world.bring(Self.one, into: reference)
    let name = try #require(try await world.stored(key).versions[0].fingerprint)
    try await world.bring(Self.one, into: reference, claiming(name))
    #expect(
      try await world.failure(bringing: Self.two, into: reference, claiming(name)) == .incorrectKeyMaterial)
    #expect(
      try await world.failure(bringing: Self.one, into: reference, claiming(zeros)) == .incorrectKeyMaterial)
    let (_, fresh) = try await Self.empty(world)
    #expect(
      try await world.failure(bringing: Self.one, into: fresh, claiming(name)) == .incorrectKeyMaterial)
  }

  @Test func `new material waits for its rotation, changes nothing before, and then all of it is needed`()
    async throws
  {
    let world = try await World()
    let (key, reference) = try await Self.empty(world)
    try await world.bring(Self.one, into: reference)
    let old = try await world.run(.encrypt(reference)).ciphertext
    let noneWaits = KMSError.noMaterialPending(key.resourceName)
    #expect(try await world.failure(of: RotateKeyOnDemand(reference)) == noneWaits)
    let waiting = try await world.bring(Self.two, into: reference, .kind(.new, description: "second"))
    var stored = try await world.stored(key)
    #expect(stored.versions.count == 1 && stored.current == key.current)
    #expect(stored.pending?.description == "second" && stored.pending?.materialName == waiting.name)
    #expect(
      try await world.run(.decrypt(try await world.run(.encrypt(reference)).ciphertext)).version
        == key.current)
    world.house.clock.advance(seconds: 60)
    let rotated = try await world.run(RotateKeyOnDemand(reference))
    stored = try await world.stored(key)
    #expect(rotated.current == stored.current && stored.current != key.current && stored.pending == nil)
    #expect(stored.versions.map(\.cause) == [.creation, .demand])
    #expect(stored.versions[1].createdAt == Fixtures.start.advanced(seconds: 60))
    #expect(stored.versions[1].materialName == waiting.name && stored.versions[1].description == "second")
    let new = try await world.run(.encrypt(reference)).ciphertext
    #expect(try await world.run(.decrypt(new)).version == stored.current)
    #expect(try await world.run(.decrypt(old)).plaintext.bytes() == World.plaintext)
    #expect(try await world.failure(of: RotateKeyOnDemand(reference)) == noneWaits)

    try await world.run(DeleteImportedKeyMaterial(reference, material: stored.versions[0].materialName))
    try await world.run(DeleteImportedKeyMaterial(reference, material: nil))
    #expect(try await world.failure(of: .encrypt(reference)) == .keyPendingImport(key.resourceName))
    try await world.bring(Self.two, into: reference)
    #expect(try await world.stored(key).state == .pendingImport)
    try await world.bring(Self.one, into: reference)
    #expect(try await world.stored(key).state == .active)
    for blob in [old, new] {
      #expect(try await world.run(.decrypt(blob)).plaintext.bytes() == World.plaintext)
    }
  }

  @Test func `one material waits at a time, and can go without a trace`() async throws {
    let world = try await World()
    let (key, reference) = try await Self.empty(world)
    try await world.bring(Self.one, into: reference)
    let name = try #require(try await world.bring(Self.two, into: reference, .kind(.new)).name)
    let error = try await world.failure(bringing: Self.three, into: reference, .kind(.new))
    guard case .otherMaterialPending(key.identifier, let new, pending: name) = error else {
      Issue.record("\(error)")
      return
    }
    #expect(new.count == 64 && new != name)
    // The same again is no other material: its terms can be changed.
    try await world.bring(Self.two, into: reference, .until(Fixtures.start.advanced(days: 1)))
    #expect(try await world.stored(key).pending?.expiry == Fixtures.start.advanced(days: 1))
    #expect(try await world.run(DeleteImportedKeyMaterial(reference, material: name)).name == name)
    let stored = try await world.stored(key)
    #expect(stored.pending == nil && stored.state == .active && stored.versions.count == 1)
    let absent = DeleteImportedKeyMaterial(reference, material: name)
    #expect(try await world.failure(of: absent) == .materialNotFound(name))
    #expect(try await world.bring(Self.three, into: reference, .kind(.new)).name == new)
    try await world.run(RotateKeyOnDemand(reference))
    #expect(try await world.bring(Self.two, into: reference, .kind(.new)).name == name)
  }

  @Test func `material whose time is over isn't rotated to, though the job was slow`() async throws {
    let world = try await World()
    let (key, reference) = try await Self.empty(world)
    try await world.bring(Self.one, into: reference)
    try await world.bring(Self.two, into: reference, .until(Fixtures.start.advanced(days: 1), .new))
    world.house.clock.advance(seconds: Self.day)
    #expect(
      try await world.failure(of: RotateKeyOnDemand(reference)) == .noMaterialPending(key.resourceName))
  }

  @Test func `a date of expiry is in the future and within a year`() async throws {
    let world = try await World()
    let (key, reference) = try await Self.empty(world)
    for seconds in [-1, 0, 365 * Self.day + 1] {
      let terms = ImportTerms.until(Fixtures.start.advanced(seconds: seconds))
      #expect(try await world.failure(bringing: Self.one, into: reference, terms) == .invalidExpiry)
    }
    for seconds in [1, 365 * Self.day] {
      let date = Fixtures.start.advanced(seconds: seconds)
      try await world.bring(Self.one, into: reference, .until(date))
      #expect(try await world.stored(key).nextExpiry == date)
    }
    try await world.bring(Self.one, into: reference)
    #expect(try await world.stored(key).nextExpiry == nil)
  }

  @Test func `what was said of material stays until something else is said`() async throws {
    let world = try await World()
    let (key, reference) = try await Self.empty(world)
    func said() async throws -> String? { try await world.stored(key).versions[0].description }
    try await world.bring(Self.one, into: reference)
    #expect(try await said() == nil)
    try await world.bring(Self.one, into: reference, .kind(.existing, description: "a"))
    try await world.run(DeleteImportedKeyMaterial(reference, material: nil))
    #expect(try await said() == "a")
    try await world.bring(Self.one, into: reference)
    #expect(try await said() == "a")
    try await world.bring(Self.one, into: reference, .kind(.existing, description: "b"))
    #expect(try await said() == "b")
  }

  @Test func `deleting what isn't there changes nothing`() async throws {
    let world = try await World()
    let (key, reference) = try await Self.empty(world)
    #expect(try await world.run(DeleteImportedKeyMaterial(reference, material: nil)).name == nil)
    let name = try await world.bring(Self.one, into: reference).name
    try await world.run(DeleteImportedKeyMaterial(reference, material: nil))
    let before = try await world.stored(key)
    #expect(try await world.run(DeleteImportedKeyMaterial(reference, material: nil)).name == name)
    #expect(try await world.stored(key) == before)
    #expect(before.versions[0].material == nil && before.versions[0].fingerprint != nil)
  }

  @Test func `a deletion that is cancelled leaves a key without material waiting`() async throws {
    let world = try await World()
    let (key, reference) = try await Self.empty(world)
    try await world.bring(Self.one, into: reference)
    try await world.run(ScheduleKeyDeletion(reference, windowDays: 7))
    let parcel = ImportKeyMaterial(reference, ImportedMaterial(encrypted: [1], token: [1]), .forever)
    #expect(try await world.failure(of: parcel) == .keyPendingDeletion(key.resourceName))
    try await world.run(DeleteImportedKeyMaterial(reference, material: nil))
    #expect(try await world.stored(key).state == .pendingDeletion)
    #expect(try await world.run(CancelKeyDeletion(reference)).state == .pendingImport)
    try await world.bring(Self.one, into: reference)
    try await world.run(ScheduleKeyDeletion(reference, windowDays: 7))
    #expect(try await world.run(CancelKeyDeletion(reference)).state == .suspended)
  }

  @Test func `destruction takes what waits too`() async throws {
    let world = try await World()
    let (key, reference) = try await Self.empty(world)
    try await world.bring(Self.one, into: reference, .until(Fixtures.start.advanced(days: 300)))
    try await world.bring(Self.two, into: reference, .until(Fixtures.start.advanced(days: 300), .new))
    try await world.run(ScheduleKeyDeletion(reference, windowDays: 7))
    world.house.clock.advance(seconds: 7 * Self.day)
    #expect(try await DeletionJob(world.engine).runOnce() == 1)
    let stored = try await world.stored(key)
    #expect(stored.pending == nil && stored.nextExpiry == nil && !stored.hasAllMaterial)
    world.house.clock.advance(seconds: 300 * Self.day)
    #expect(try await ExpiryJob(world.engine).runOnce() == 0)
  }

  @Test func `there is no schedule for what others must bring`() async throws {
    let world = try await World()
    let (key, reference) = try await Self.empty(world)
    let wrong = KMSError.wrongOrigin(key.resourceName, .imported)
    for _ in 0..<2 {
      #expect(try await world.failure(of: EnableKeyRotation(reference, periodDays: 90)) == wrong)
      #expect(try await world.failure(of: DisableKeyRotation(reference)) == wrong)
      #expect(try await world.failure(of: GetKeyRotationStatus(reference)) == wrong)
      #expect(try await world.failure(of: RotateKey(key.id), as: .system) == wrong)
      try await world.bring(Self.one, into: reference)
    }
  }

  @Test func `the list has what is there, what went and what waits`() async throws {
    let world = try await World()
    let (key, reference) = try await Self.empty(world)
    func list(all: Bool = true, marker: String? = nil, limit: Int = 10) async throws -> Page<KeyVersion> {
      try await world.run(
        try ListKeyRotations(reference, includingAll: all, marker: marker, limit: limit)
      ).page
    }
    #expect(try await list().items.isEmpty)
    try await world.bring(Self.one, into: reference)
    try await world.bring(Self.two, into: reference, .kind(.new))
    let waiting = try #require(try await world.stored(key).pending)
    #expect(try await list().items.map(\.id) == [key.current, waiting.id])
    #expect(try await list(all: false).items.isEmpty)
    let page = try await list(limit: 1)
    #expect(page.items.map(\.id) == [key.current])
    #expect(try await list(marker: page.next, limit: 1).items.map(\.id) == [waiting.id])
    try await world.run(RotateKeyOnDemand(reference))
    #expect(try await list(all: false).items.map(\.id) == [waiting.id])
    try await world.run(DeleteImportedKeyMaterial(reference, material: nil))
    #expect(try await list().items.map { $0.material == nil } == [false, true])
  }

  @Test func `every kind of key that custody has can wait for its material`() async throws {
    let world = try await World()
    for spec in KeySpec.allCases {
      let algorithms: KeyUsages = spec.algorithms.first?.usages ?? []
      switch world.house.custody.availability(of: spec, for: algorithms) {
      case .available:
        let (key, reference) = try await Self.empty(world, spec, algorithms)
        #expect(key.state == .pendingImport)
        guard spec.secretLength != nil else { continue }
        let material = [UInt8](repeating: 7, count: spec.secretLength ?? 0)
        try await world.bring(material, into: reference)
        #expect(try await world.stored(key).state == .active)
      case .unavailable(let reason):
        #expect(
          try await world.failure(
            of: .create(kind: Trial.Kind(spec: spec, usages: algorithms), origin: .imported))
            == .unsupportedAlgorithm(reason))
      }
    }
  }

  @Test func `a key pair comes in with its public half, and no other takes its place`() async throws {
    let world = try await World()
    let (key, reference) = try await Self.empty(world, .p256, [.sign, .verify])
    let pair = try await world.freshPair()
    #expect(try await world.bring(pair.privateKey, into: reference).name == nil)
    #expect(try await world.stored(key).versions[0].publicKey == pair.publicKey)
    try await world.run(DeleteImportedKeyMaterial(reference, material: nil))
    #expect(try await world.stored(key).versions[0].publicKey == nil)
    let other = try await world.freshPair().privateKey
    #expect(try await world.failure(bringing: other, into: reference) == .incorrectKeyMaterial)
    #expect(
      try await world.failure(bringing: Array(other.dropLast()), into: reference) == .incorrectKeyMaterial)
    let single = KMSError.singleMaterial(.p256)
    #expect(
      try await world.failure(bringing: pair.privateKey, into: reference, .kind(.existing)) == single)
    let terms = ImportTerms(kind: nil, claimed: nil, expiry: nil, description: "x")
    #expect(try await world.failure(bringing: pair.privateKey, into: reference, terms) == single)
    let named = DeleteImportedKeyMaterial(reference, material: String(repeating: "0", count: 64))
    #expect(try await world.failure(of: named) == single)
    try await world.bring(pair.privateKey, into: reference)
    #expect(try await world.stored(key).state == .active)
    #expect(
      try await world.failure(of: RotateKeyOnDemand(reference)) == .rotationUnsupported(key.resourceName))
  }
}

extension World {
  /// A P-256 pair that custody makes for its owner.
  fileprivate func freshPair() async throws -> (privateKey: [UInt8], publicKey: [UInt8]) {
    let identity = key.identity(of: key.current)
    let material = try await stored(key).versions[0].material.unsafelyPresent
    let live = try house.custody.open(material, as: identity)
    let request = AccessRequest(
      action: .generateDataKeyPair, caller: World.admin, origin: origin(),
      resource: .newKey(account: Fixtures.account), facts: .none)
    let verdict = authorise(request, version: key.current, newKey: key.id, vocabulary: PlainVocabulary())
    guard let permit = verdict.takePermit() else { throw Surprise("the administrator was denied") }
    let pair = try house.custody.generateDataKeyPair(.p256, context: .empty, with: live, permit: permit)
    return (pair.privateKey.bytes(), pair.sealed.publicKey)
  }
}
