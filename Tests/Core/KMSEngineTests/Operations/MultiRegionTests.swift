import KMSDomain
import KMSEngine
import KMSTestKit
import TestHouse
import Testing

// One after the other: every world has files open.
@Suite(.serialized) struct MultiRegionTests {
  @Test func `a key is made to be replicated or it never is`() async throws {
    let world = try await World()
    let key = try await world.family()
    #expect(key.identifier.hasPrefix("mrk-") && key.identifier.utf8.count == 36)
    #expect(key.reach == .primary && key.family == KeyFamily(material: key.id, primaryRegion: World.home))
    #expect(
      try await world.failure(of: .replicate(world.keyReference)) == .keyNotPrimary(world.key.resourceName))
    #expect(
      try await world.failure(of: UpdatePrimaryRegion(world.keyReference, region: World.west))
        == .keyNotPrimary(world.key.resourceName))
  }

  @Test func `a replica has the identifier and the material, and all else of its own`() async throws {
    let world = try await World()
    let primary = try await world.run(.create(tags: [Tag(key: "a", value: "b")], isMultiRegion: true)).record
    try await world.run(
      .replicate(
        World.reference(primary), tags: [Tag(key: "c", value: "d")], policy: "account 111122223333"))
    #expect(try world.lastRecord().details == ["replicaRegion": World.west])
    let (replica, stored) = (
      try await world.stored(primary, in: World.west), try await world.stored(primary)
    )
    #expect(replica.id != primary.id && replica.identifier == primary.identifier)
    #expect(replica.resourceName != primary.resourceName && replica.home.region == World.west)
    #expect(replica.versions == stored.versions && replica.current == stored.current)
    #expect(replica.tags == [Tag(key: "c", value: "d")] && replica.description == "a replica")
    #expect(replica.state == .active && replica.reach == .replica && stored.reach == .primary)
    let family = KeyFamily(material: primary.id, primaryRegion: World.home, replicaRegions: [World.west])
    #expect(replica.family == family && stored.family == family)
  }

  @Test func `every key of a family opens what any of them made, named or not`() async throws {
    let world = try await World()
    let key = try await world.family(World.west, World.east)
    let regions = [World.home, World.west, World.east]
    for made in regions {
      let ciphertext = try await world.run(.encrypt(World.reference(key, in: made))).ciphertext
      for region in regions {
        let named = Decrypt.decrypt
        let answer = try await world.run(
          named(ciphertext, World.reference(key, in: region), region, .sample, false))
        #expect(answer.plaintext.bytes() == World.plaintext && answer.key.record.home.region == region)
        #expect(answer.key.materialName(of: answer.version)?.count == 64)
        #expect(try await world.opened(ciphertext, in: region) == World.plaintext)
        let moved = try await world.run(
          .reEncrypt(ciphertext, to: World.reference(key, in: region), region: region))
        #expect(moved.source.record.home.region == region)
      }
      #expect(
        try await world.failure(of: .decrypt(ciphertext, region: "ap-south-1")) == .ciphertextKeyInaccessible)
      #expect(
        try await world.failure(of: .decrypt(ciphertext, key: world.keyReference)) == .incorrectKey)
    }
  }

  @Test func `the names of material are the same in all Regions`() async throws {
    let world = try await World()
    let key = try await world.family(World.west)
    let (here, there) = (
      try await world.run(DescribeKey(World.reference(key))),
      try await world.run(DescribeKey(World.reference(key, in: World.west)))
    )
    #expect(here.materialName(of: key.current) == there.materialName(of: key.current))
    #expect(here.materialName(of: key.current) != nil)
  }

  @Test func `what one key may be used for is decided by its own policy and state`() async throws {
    let world = try await World()
    let key = try await world.family(World.west)
    let ciphertext = try await world.run(.encrypt(World.reference(key))).ciphertext
    let replica = try await world.stored(key, in: World.west)
    #expect(try await world.opened(ciphertext, in: World.west) == World.plaintext)
    try await world.run(DisableKey(World.reference(replica)))
    #expect(
      try await world.failure(of: .decrypt(ciphertext, region: World.west))
        == .keyDisabled(replica.resourceName))
    #expect(try await world.opened(ciphertext, in: World.home) == World.plaintext)
    try await world.run(EnableKey(World.reference(replica)))
    let caller = Fixtures.caller(
      "x", policies: [.administrator, .denying(.decrypt, on: replica.resourceName)])
    let error = try await world.failure(of: .decrypt(ciphertext, region: World.west), as: caller)
    guard case .denied(let denial) = error else {
      Issue.record("not denied but \(error)")
      return
    }
    #expect(denial.resource == replica.resourceName)
    try await world.run(.decrypt(ciphertext), as: caller)
  }

  @Test func `aliases and grants are of one key`() async throws {
    let world = try await World()
    let key = try await world.family(World.west)
    let alias = KeyName(.alias, "alias/a", in: key.name(in: World.west).keyring)
    try await world.run(CreateAlias(alias, target: World.reference(key, in: World.west)))
    try await world.run(.encrypt(World.reference(alias)))
    let atHome = World.reference(KeyName(.alias, "alias/a", in: Fixtures.keyring))
    #expect(try await world.failure(of: .encrypt(atHome)) == .aliasNotFound("alias/a"))
    try await world.run(
      CreateGrant(World.reference(key, in: World.west), terms: World.terms, isDryRun: false))
    let list = try ListGrants(World.reference(key), id: nil, grantee: nil, marker: nil, limit: 10)
    #expect(try await world.run(list).page.items.isEmpty)
  }

  @Test func `a Region has one key of a family, and replicas have none`() async throws {
    let world = try await World()
    let key = try await world.family(World.west)
    let (here, there) = (World.reference(key), World.reference(key, in: World.west))
    let replica = try await world.stored(key, in: World.west)
    #expect(try await world.failure(of: .replicate(here)) == .relatedKeyExists(replica.resourceName))
    #expect(
      try await world.failure(of: .replicate(here, to: World.home)) == .relatedKeyExists(key.resourceName))
    #expect(
      try await world.failure(of: .replicate(there, to: World.east)) == .keyNotPrimary(replica.resourceName))
    #expect(try await world.failure(of: .replicate(here, to: World.east, policy: "nobody")) == .policyLockout)
    #expect(
      try await world.failure(of: .replicate(here, to: World.east, policy: "?")).code == "malformedPolicy")
    try await world.run(.replicate(here, to: World.east, policy: "nobody", bypassesLockoutCheck: true))
  }

  @Test func `two who replicate at once both get through`() async throws {
    let world = try await World()
    let key = try await world.family()
    try await withThrowingTaskGroup(of: Void.self) { group in
      for number in 0..<8 {
        group.addTask { try await world.run(.replicate(World.reference(key), to: "us-west-\(number)")) }
      }
      try await group.waitForAll()
    }
    let regions = (0..<8).map { "us-west-\($0)" }
    let records = try world.house.records().filter { $0.operation == "ReplicateKey" }
    #expect(records.count == 8 && records.allSatisfy { $0.outcome == "success" })
    #expect(world.house.faults.causes.isEmpty)
    let cold = world.house.coldEngine()
    for region in regions + [World.home] {
      let described = try await cold.run(
        DescribeKey(World.reference(key, in: region)), as: World.admin, from: world.origin())
      #expect(described.record.family?.replicaRegions == regions)
    }
  }
}

// MARK: - The primary

extension MultiRegionTests {
  @Test func `a replica changes parts with its primary`() async throws {
    let world = try await World()
    let key = try await world.family(World.west, World.east)
    let ciphertext = try await world.run(.encrypt(World.reference(key))).ciphertext
    try await world.run(EnableKeyRotation(World.reference(key), periodDays: 90))
    let schedule = try await world.stored(key).rotation
    try await world.run(UpdatePrimaryRegion(World.reference(key), region: World.west))
    let family = KeyFamily(
      material: key.id, primaryRegion: World.west, replicaRegions: [World.home, World.east])
    for region in family.regions {
      #expect(try await world.stored(key, in: region).family == family)
      #expect(try await world.opened(ciphertext, in: region) == World.plaintext)
      let status = try await world.run(GetKeyRotationStatus(World.reference(key, in: region)))
      #expect(status.rotation == schedule && status.key.home.region == region)
    }
    #expect(
      try await world.failure(of: .replicate(World.reference(key), to: "sa-east-1")).code == "keyNotPrimary")
    try await world.run(.replicate(World.reference(key, in: World.west), to: "sa-east-1"))
    let made = try await world.run(.encrypt(World.reference(key, in: "sa-east-1"))).ciphertext
    #expect(try await world.opened(made, in: World.home) == World.plaintext)
  }

  @Test func `only a replica becomes the primary`() async throws {
    let world = try await World()
    let key = try await world.family(World.west)
    let here = World.reference(key)
    #expect(
      try await world.failure(of: UpdatePrimaryRegion(here, region: World.home))
        == .keyNotReplica(key.resourceName))
    #expect(
      try await world.failure(of: UpdatePrimaryRegion(here, region: World.east))
        == .keyNotFound("\(key.resourceName)@\(World.east)"))
    let there = World.reference(key, in: World.west)
    #expect(
      try await world.failure(of: UpdatePrimaryRegion(there, region: World.home)).code == "keyNotPrimary")
    try await world.run(DisableKey(there))
    #expect(try await world.failure(of: UpdatePrimaryRegion(here, region: World.west)).code == "keyDisabled")
  }

  @Test func `each of the two keys is asked for the right`() async throws {
    let world = try await World()
    let key = try await world.family(World.west)
    for resource in [key.resourceName, try await world.stored(key, in: World.west).resourceName] {
      let caller = Fixtures.caller(
        "x", policies: [.administrator, .denying(.updatePrimaryRegion, on: resource)])
      let error = try await world.failure(
        of: UpdatePrimaryRegion(World.reference(key), region: World.west), as: caller)
      guard case .denied(let denial) = error else {
        Issue.record("\(resource): \(error)")
        continue
      }
      #expect(denial.resource == resource)
      #expect(try await world.stored(key).reach == .primary)
    }
  }
}

// MARK: - Rotation

extension MultiRegionTests {
  @Test func `new material of the primary is all keys' at once, whatever their state`() async throws {
    let world = try await World()
    let key = try await world.family(World.west, World.east)
    let old = try await world.run(.encrypt(World.reference(key))).ciphertext
    try await world.run(DisableKey(World.reference(key, in: World.east)))
    try await world.run(RotateKeyOnDemand(World.reference(key)))
    try await world.run(EnableKeyRotation(World.reference(key), periodDays: 90))
    world.house.clock.advance(seconds: 90 * 86_400)
    #expect(try await RotationJob(world.engine).runOnce() == 1)
    #expect(try await RotationJob(world.engine).runOnce() == 0)
    let versions = try await world.stored(key).versions
    #expect(versions.map(\.cause) == [.creation, .demand, .schedule])
    for region in [World.west, World.east] {
      let replica = try await world.stored(key, in: region)
      #expect(replica.versions == versions && replica.current == versions.last?.id && replica.rotation == nil)
      let list = try ListKeyRotations(
        World.reference(replica), includingAll: false, marker: nil, limit: 10)
      #expect(try await world.run(list).page.items == Array(versions.dropFirst()))
    }
    let new = try await world.run(.encrypt(World.reference(key, in: World.west))).ciphertext
    try await world.run(EnableKey(World.reference(key, in: World.east)))
    for ciphertext in [old, new] {
      for region in [World.home, World.west, World.east] {
        #expect(try await world.opened(ciphertext, in: region) == World.plaintext)
      }
    }
  }

  @Test func `a replica isn't rotated, and shows when its primary is`() async throws {
    let world = try await World()
    let key = try await world.family(World.west)
    let there = World.reference(key, in: World.west)
    let notPrimary = KMSError.keyNotPrimary(try await world.stored(key, in: World.west).resourceName)
    #expect(try await world.failure(of: RotateKeyOnDemand(there)) == notPrimary)
    #expect(try await world.failure(of: EnableKeyRotation(there, periodDays: 90)) == notPrimary)
    #expect(try await world.failure(of: DisableKeyRotation(there)) == notPrimary)
    #expect(try await world.run(GetKeyRotationStatus(there)).rotation == nil)
    try await world.run(EnableKeyRotation(World.reference(key), periodDays: 90))
    #expect(try await world.run(GetKeyRotationStatus(there)).rotation?.periodDays == 90)
  }
}

// MARK: - Deletion

extension MultiRegionTests {
  private static let day: Int64 = 86_400

  @Test func `a primary waits for its replicas, and its window begins when the last is gone`() async throws {
    let world = try await World()
    let key = try await world.family(World.west, World.east)
    let job = DeletionJob(world.engine)
    let answer = try await world.run(ScheduleKeyDeletion(World.reference(key), windowDays: 7))
    #expect(answer.date == nil && answer.windowDays == 7 && answer.key.deletionWindowDays == 7)
    #expect(try await world.failure(of: .encrypt(World.reference(key))).code == "keyPendingDeletion")
    try await world.run(.encrypt(World.reference(key, in: World.west)))
    world.house.clock.advance(seconds: 30 * Self.day)
    #expect(try await job.runOnce() == 0)
    #expect(try await world.failure(of: DestroyKey(key.id), as: .system).code == "keyPendingDeletion")
    for (region, left) in [(World.west, [World.east]), (World.east, [])] {
      try await world.run(ScheduleKeyDeletion(World.reference(key, in: region), windowDays: 7))
      world.house.clock.advance(seconds: 7 * Self.day)
      #expect(try await job.runOnce() == 1)
      let stored = try await world.stored(key)
      #expect(stored.family?.replicaRegions == left)
      #expect(
        (stored.deletionWindowDays == nil) == left.isEmpty && (stored.deletionDate == nil) == !left.isEmpty)
    }
    #expect(try await world.stored(key).deletionDate == world.house.clock.now().advanced(days: 7))
    world.house.clock.advance(seconds: 7 * Self.day - 1)
    #expect(try await job.runOnce() == 0)
    world.house.clock.advance(seconds: 1)
    #expect(try await job.runOnce() == 1)
    #expect(try await world.stored(key).state == .destroyed)
  }

  @Test func `a deletion that waits can be cancelled`() async throws {
    let world = try await World()
    let key = try await world.family(World.west)
    try await world.run(ScheduleKeyDeletion(World.reference(key), windowDays: 7))
    let cancelled = try await world.run(CancelKeyDeletion(World.reference(key)))
    #expect(cancelled.state == .suspended && cancelled.deletionWindowDays == nil)
    try await world.run(EnableKey(World.reference(key)))
    try await world.run(ScheduleKeyDeletion(World.reference(key, in: World.west), windowDays: 7))
    world.house.clock.advance(seconds: 7 * Self.day)
    #expect(try await DeletionJob(world.engine).runOnce() == 1)
    let stored = try await world.stored(key)
    #expect(stored.state == .active && stored.deletionDate == nil && stored.family?.replicaRegions == [])
  }

  @Test func `what a family made opens as long as one of its keys is left, also where the first is gone`()
    async throws
  {
    let world = try await World()
    let key = try await world.family(World.west)
    let ciphertext = try await world.run(.encrypt(World.reference(key))).ciphertext
    try await world.run(UpdatePrimaryRegion(World.reference(key), region: World.west))
    try await world.run(ScheduleKeyDeletion(World.reference(key), windowDays: 7))
    world.house.clock.advance(seconds: 7 * Self.day)
    #expect(try await DeletionJob(world.engine).runOnce() == 1)
    for engine in [world.engine, world.house.coldEngine()] {
      let answer = try await engine.run(
        Decrypt.decrypt(ciphertext, region: World.west), as: World.admin, from: world.origin())
      #expect(answer.plaintext.bytes() == World.plaintext)
    }
    #expect(try await world.failure(of: .decrypt(ciphertext)) == .ciphertextKeyInaccessible)
    #expect(try await world.failure(of: DescribeKey(World.reference(key))).code == "keyDestroyed")
    // The Region may have a replica again: another key, with the same name and material.
    try await world.run(.replicate(World.reference(key, in: World.west), to: World.home))
    let again = try await world.run(DescribeKey(World.reference(key))).record
    #expect(again.id != key.id && again.materialKey == key.id && again.identifier == key.identifier)
    #expect(try await world.opened(ciphertext, in: World.home) == World.plaintext)
    #expect(try await world.stored(key).state == .destroyed)
    let listed = try await world.run(ListKeys(keyring: Fixtures.keyring, marker: nil, limit: 10)).items
    #expect(listed.filter { $0 == key.identifier }.count == 1)
  }

  @Test func `a family of which nothing is left opens nothing`() async throws {
    let world = try await World()
    let key = try await world.family()
    let ciphertext = try await world.run(.encrypt(World.reference(key))).ciphertext
    try await world.run(ScheduleKeyDeletion(World.reference(key), windowDays: 7))
    world.house.clock.advance(seconds: 7 * Self.day)
    #expect(try await DeletionJob(world.engine).runOnce() == 1)
    for region in [World.home, World.west] {
      #expect(
        try await world.failure(of: .decrypt(ciphertext, region: region)) == .ciphertextKeyInaccessible)
    }
    #expect(try await world.failure(of: .replicate(World.reference(key))).code == "keyDestroyed")
  }
}

// MARK: - Edits behind the store's back

extension MultiRegionTests {
  @Test(arguments: [
    "family = NULL", "family = X'00'", "deletion_window = 7",
    "family = (SELECT family FROM keys WHERE region = CAST('us-east-1' AS BLOB))",
  ])
  func `an edited family is corrupt`(assignment: String) async throws {
    let world = try await World()
    let key = try await world.family(World.west)
    let other = try await world.run(.create(isMultiRegion: true)).record
    try await world.run(.replicate(World.reference(other), to: World.east))
    #expect(try world.house.edit("UPDATE keys SET \(assignment) WHERE id = \(key.id.sql)") == 1)
    let cold = world.house.coldEngine()
    await #expect(throws: KMSError.corrupt(.keyRecord)) {
      try await cold.run(DescribeKey(World.reference(key)), as: World.admin, from: world.origin())
    }
  }

  /// Its job promises that one damaged record keeps no other key alive.
  @Test func `a damaged relative doesn't keep a key's material alive`() async throws {
    let world = try await World()
    let key = try await world.family(World.west)
    let replica = try await world.stored(key, in: World.west)
    try await world.run(ScheduleKeyDeletion(World.reference(key, in: World.west), windowDays: 7))
    #expect(try world.house.edit("UPDATE keys SET description = X'00' WHERE id = \(key.id.sql)") == 1)
    world.house.clock.advance(seconds: 7 * Self.day)
    #expect(try await DeletionJob(world.house.coldEngine()).runOnce() == 1)
    let destroyed = try await world.house.store.key(replica.id)?.record
    #expect(destroyed?.state == .destroyed && destroyed?.versions.first?.material == nil)
    #expect(world.house.faults.causes.contains { $0.contains("family is damaged") })
  }

  @Test func `a family has an end`() async throws {
    let world = try await World()
    let key = try await world.family()
    for number in 1..<KeyFamily.mostKeys {
      try await world.run(.replicate(World.reference(key), to: "us-test-\(number)"))
    }
    let more = try await world.failure(of: .replicate(World.reference(key), to: "us-test-999"))
    #expect(more == .tooManyReplicas(key.resourceName))
  }
}
