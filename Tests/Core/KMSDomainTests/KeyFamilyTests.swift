import KMSDomain
import KMSTestKit
import Testing

struct KeyFamilyTests {
  private static let home = Fixtures.keyring.region
  private static let family = KeyFamily(
    material: Fixtures.keyID(7), primaryRegion: home, replicaRegions: ["us-east-1", "us-west-2"])

  /// The family's key of a Region.
  private static func key(_ number: UInt64, in region: String, family: KeyFamily? = family) -> KeyRecord {
    let like = Fixtures.key(number)
    return KeyRecord(
      id: like.id, home: Keyring(account: Fixtures.account, region: region, kind: .aws),
      identifier: "mrk", resourceName: "\(region):mrk", spec: like.spec, usages: like.usages,
      origin: like.origin, exportable: false, createdAt: like.createdAt, state: .active, deletionDate: nil,
      description: "", tags: [], policy: [], versions: like.versions, current: like.current, generation: 1,
      family: family)
  }

  @Test func `replicas come and go in the order of their Regions`() {
    let added = Self.family.adding("sa-east-1")
    #expect(
      added.replicaRegions == ["sa-east-1", "us-east-1", "us-west-2"] && added.primaryRegion == Self.home)
    #expect(added.removing("sa-east-1") == Self.family)
    #expect(Self.family.removing("ap-south-1") == Self.family)
    #expect(Self.family.removing(Self.home) == Self.family, "the primary isn't one of them")
  }

  @Test func `a promotion swaps two Regions and is undone by the opposite one`() {
    let promoted = Self.family.promoting("us-west-2")
    #expect(promoted.primaryRegion == "us-west-2" && promoted.replicaRegions == [Self.home, "us-east-1"])
    #expect(promoted.material == Self.family.material)
    #expect(promoted.promoting(Self.home) == Self.family)
  }

  @Test func `which part a key plays is a matter of its Region`() {
    #expect(Fixtures.key().reach == .singleRegion)
    #expect(Self.key(1, in: Self.home).reach == .primary)
    #expect(Self.key(2, in: "us-west-2").reach == .replica)
    #expect(throws: KMSError.keyNotPrimary("us-west-2:mrk")) {
      try Self.key(2, in: "us-west-2").requirePrimary()
    }
    #expect(throws: KMSError.self) { try Fixtures.key().requirePrimary() }
  }

  @Test func `material has one identity in the whole family, and an alien one none of it`() {
    let version = Fixtures.versionID(1)
    let (one, other) = (Self.key(1, in: Self.home), Self.key(2, in: "us-west-2"))
    #expect(one.identity(of: version) == other.identity(of: version))
    #expect(one.identity(of: version).key == Fixtures.keyID(7))
    #expect(Fixtures.key(7).identity(of: version).key == Fixtures.keyID(7))
    #expect(Fixtures.key(2).identity(of: version) != other.identity(of: version))
  }

  @Test func `a permit for material is for the family's, any other for the key itself`() {
    let replica = Self.key(2, in: "us-west-2")
    for (version, key) in [(Fixtures.versionID(1), Fixtures.keyID(7)), (nil, Fixtures.keyID(2))] {
      let request = AccessRequest(
        action: .encrypt, caller: Fixtures.caller(isRoot: true), origin: Fixtures.origin(),
        resource: .key(
          ProtectedKey(
            record: replica, policy: Policy(statements: [.allow(PrincipalSet([.account(Fixtures.account)]))]))
        ),
        facts: .none)
      guard let permit = authorise(request, version: version, vocabulary: PlainVocabulary()).takePermit()
      else {
        Issue.record("the root got no permit")
        return
      }
      #expect(permit.key == key && permit.version == version)
    }
  }

  @Test func `a primary with replicas waits; everybody else has a date at once`() {
    let now = Fixtures.start
    var primary = Self.key(1, in: Self.home)
    primary.beginDeletion(windowDays: 7, now: now)
    #expect(primary.deletionWindowDays == 7 && primary.deletionDate == nil)
    primary.follow(Self.family.removing("us-east-1"), now: now)
    #expect(primary.deletionWindowDays == 7 && primary.deletionDate == nil)
    let later = now.advanced(days: 50)
    primary.follow(Self.family.removing("us-east-1").removing("us-west-2"), now: later)
    #expect(primary.deletionWindowDays == nil && primary.deletionDate == later.advanced(days: 7))
    let lonely = KeyFamily(material: Fixtures.keyID(7), primaryRegion: Self.home)
    for key in [Fixtures.key(), Self.key(1, in: Self.home, family: lonely), Self.key(2, in: "us-west-2")] {
      var key = key
      key.beginDeletion(windowDays: 7, now: now)
      #expect(key.deletionWindowDays == nil && key.deletionDate == now.advanced(days: 7))
      key.follow(lonely, now: later)
      #expect(key.deletionDate == now.advanced(days: 7), "a window that runs isn't begun anew")
    }
  }

  @Test
  func
    `a key of one Region has the bytes that it had before there were others, and each part of a family counts`()
  {
    #expect(
      Fixtures.key(1).canonicalBytes.suffix(24)
        == (Fixtures.versionID(1).bits.bytes + [0, 0, 0, 0, 0, 0, 0, 1])[...])
    let families: [KeyFamily?] = [
      nil, Self.family, Self.family.adding("a"), Self.family.promoting("us-west-2"),
      KeyFamily(
        material: Fixtures.keyID(8), primaryRegion: Self.home, replicaRegions: Self.family.replicaRegions),
      KeyFamily(material: Fixtures.keyID(7), primaryRegion: Self.home),
      KeyFamily(
        material: Fixtures.keyID(7), primaryRegion: Self.home, replicaRegions: ["us-east-1us-west-2"]),
    ]
    var all: [[UInt8]] = []
    for family in families {
      for days in [nil, 7, 8] {
        var key = Fixtures.key(1)
        key.family = family
        key.deletionWindowDays = days
        all.append(key.canonicalBytes)
      }
    }
    #expect(Set(all).count == all.count)
  }
}

/// What policies ask about keys of several Regions.
struct MultiRegionConditionTests {
  private func isAllowed(
    _ key: ConditionKey, _ value: String, _ record: KeyRecord, _ facts: RequestFacts = .none
  ) -> Bool {
    let condition = Condition(
      key: key, test: .stringEquals([value], ignoringCase: false, negated: false), quantifier: .single,
      ifExists: false, label: "x")
    let policy = Policy(statements: [.allow(PrincipalSet([.anyone]), conditions: [condition])])
    let request = AccessRequest(
      action: .replicateKey, caller: Fixtures.caller(), origin: Fixtures.origin(),
      resource: .key(ProtectedKey(record: record, policy: policy)), facts: facts)
    return PolicyEvaluator.decide(request, vocabulary: PlainVocabulary()).isAllowed
  }

  @Test func `whether a key has relatives and which part it plays`() {
    var primary = Fixtures.key()
    primary.family = KeyFamily(material: primary.id, primaryRegion: primary.home.region)
    var replica = Fixtures.key()
    replica.family = KeyFamily(
      material: primary.id, primaryRegion: "us-east-1", replicaRegions: [replica.home.region])
    #expect(
      isAllowed(.multiRegion, "false", Fixtures.key()) && !isAllowed(.multiRegion, "true", Fixtures.key()))
    for part in ["primary", "replica", "singleRegion", ""] {
      #expect(!isAllowed(.multiRegionPart, part, Fixtures.key()))
      #expect(isAllowed(.multiRegionPart, part, primary) == (part == "primary"))
      #expect(isAllowed(.multiRegionPart, part, replica) == (part == "replica"))
    }
    #expect(isAllowed(.multiRegion, "true", primary) && isAllowed(.multiRegion, "true", replica))
    var facts = RequestFacts()
    facts.newKeyReach = .replica
    #expect(isAllowed(.multiRegionPart, "replica", Fixtures.key(), facts))
  }

  @Test func `the Region that gets a replica and the one that gets the primary are two facts`() {
    var facts = RequestFacts()
    facts.otherRegion = .replica("a")
    #expect(isAllowed(.replicaRegion, "a", Fixtures.key(), facts))
    #expect(!isAllowed(.replicaRegion, "b", Fixtures.key(), facts))
    #expect(!isAllowed(.primaryRegion, "a", Fixtures.key(), facts))
    facts.otherRegion = .primary("a")
    #expect(isAllowed(.primaryRegion, "a", Fixtures.key(), facts))
    #expect(!isAllowed(.replicaRegion, "a", Fixtures.key(), facts))
    #expect(!isAllowed(.replicaRegion, "a", Fixtures.key()))
  }
}
