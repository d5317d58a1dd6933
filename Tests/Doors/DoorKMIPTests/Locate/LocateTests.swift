import KMSDomain
import KMSTestKit
import TestHouse
import Testing
import WireKMIP

@testable import DoorKMIP

// One after the other: every world has files open.
@Suite(.serialized) struct LocateTests {
  private static func group(_ name: String) -> (inout AttributeList) -> Void {
    { $0.set(.objectGroup, to: name) }
  }

  @Test(arguments: [KMIPVersion.v1_0, .v1_4, .v2_1])
  func `objects are found by what they have, the latest first`(version: KMIPVersion) async throws {
    let world = try await DoorWorld()
    let one = try await world.made(in: version) { list in
      list.addName("one")
      list.addCustom("Purpose", "demonstration")
      list.addLink(.replacedObjectLink, to: "somewhere")
      list.set(.objectGroup, to: "red")
    }
    let two = try await world.made(in: version) { list in
      list.addName("two")
      list.set(.objectGroup, to: "red")
    }
    #expect(try await world.located(in: version) { $0.addName("one") } == [one])
    #expect(try await world.located(in: version, Self.group("red")) == [two, one])
    #expect(try await world.located(in: version) { $0.addCustom("Purpose", "demonstration") } == [one])
    #expect(try await world.located(in: version) { $0.addCustom("Purpose", "another") } == [])
    #expect(
      try await world.located(in: version) { $0.addLink(.replacedObjectLink, to: "somewhere") } == [one])
    #expect(
      try await world.located(in: version) { list in
        list.addName("two")
        list.set(.objectGroup, to: "red")
      } == [two])
    #expect(try await world.located(in: version) { $0.set(KMIP.ObjectType.secretData) } == [])
    #expect(try await world.located(in: version) { $0.set(KMIP.ObjectType.symmetricKey) } == [two, one])
    #expect(try await world.located(in: version) { $0.set(.uniqueIdentifier, to: one) } == [one])
    #expect(try await world.located(in: version) { $0.set(.uniqueIdentifier, to: "nothing") } == [])
    #expect(try await world.located(in: version) { $0.set(KMIP.State.preActive) } == [two, one])
  }

  @Test func `objects of which nobody said another policy are under the default one`() async throws {
    let world = try await DoorWorld()
    func under(_ policy: String) async throws -> [String] {
      try await world.located(in: .v1_4) { $0.set(.operationPolicyName, to: policy) }
    }
    let unsaid = try await world.made(in: .v1_4)
    let said = try await world.made(in: .v1_4) { $0.set(.operationPolicyName, to: "default") }
    let other = try await world.made(in: .v1_4) { $0.set(.operationPolicyName, to: "other") }
    #expect(try await under("default") == [said, unsaid])
    #expect(try await under("other") == [other])
    #expect(try await under("unknown") == [])
  }

  @Test func `part of a structure and part of a mask are enough`() async throws {
    let world = try await DoorWorld()
    let key = try await world.made { list in
      list.addName("one")
      list.addLink(.replacedObjectLink, to: "somewhere")
    }
    func by(_ tag: KMIPTag, _ body: @escaping (inout TTLVWriter) -> Void) async throws -> [String] {
      try await world.located { list in list.add(tag) { $0.structure(tag, body) } }
    }
    #expect(try await by(.name) { $0.text(.nameValue, "one") } == [key])
    #expect(try await by(.link) { $0.enumeration(KMIP.LinkType.replacedObjectLink) } == [key])
    #expect(try await by(.link) { $0.enumeration(KMIP.LinkType.parentLink) } == [])
    for (mask, found) in [(Int32(4), [key]), (8, [key]), (12, [key]), (13, [])] {
      #expect(try await world.located { $0.set(.cryptographicUsageMask, to: mask) } == found)
    }
  }

  @Test func `a date that is given twice is a range`() async throws {
    let world = try await DoorWorld()
    let start = world.house.clock.now()
    var keys: [String] = []
    for _ in 0..<3 {
      keys.append(try await world.made())
      world.house.clock.advance(seconds: 10)
    }
    func between(_ seconds: Int64...) async throws -> [String] {
      try await world.located { list in
        for second in seconds { list.add(.initialDate) { $0.dateTime(.initialDate, start.seconds + second) } }
      }
    }
    #expect(try await between(0, 10) == [keys[1], keys[0]])
    #expect(try await between(20, 5) == [keys[2], keys[1]])
    #expect(try await between(10) == [keys[1]])
    #expect(try await between(11) == [])
  }

  @Test func `pages come by offset and limit, with how many there are`() async throws {
    let world = try await DoorWorld()
    var keys: [String] = []
    for _ in 0..<5 { keys.insert(try await world.made(Self.group("five")), at: 0) }
    let page = try await world.ask(.locate) { writer in
      writer.integer(.maximumItems, 2)
      writer.integer(.offsetItems, 1)
      writer.structure(.attributes) { $0.text(.objectGroup, "five") }
    }
    #expect(page.payload?.all(.uniqueIdentifier).compactMap(\.text) == Array(keys[1...2]))
    #expect(page.payload?[.locatedItems]?.integer == 5)
    #expect(try await world.located(in: .v1_2, Self.group("five")) == keys)
    let negative = try await world.ask(.locate) { $0.integer(.maximumItems, -1) }
    #expect(negative.reason == .invalidMessage)
  }

  @Test func `the mask says where to look`() async throws {
    let world = try await DoorWorld()
    let online = try await world.made()
    let archived = try await world.made()
    let destroyed = try await world.made()
    _ = try await world.about(archived, .archive)
    _ = try await world.about(destroyed, .destroy)
    for (mask, found) in [
      (Int32?.none, [online]), (1, [online]), (2, [archived]), (4, [destroyed]), (3, [archived, online]),
      (7, [destroyed, archived, online]),
    ] {
      #expect(
        try await world.located(by: { _ in }) { writer in
          if let mask { writer.integer(.storageStatusMask, mask) }
        } == found)
    }
  }

  @Test func `names of destroyed objects are free again, and still lead to them`() async throws {
    let world = try await DoorWorld()
    let first = try await world.made { $0.addName("name") }
    #expect(try await world.create { $0.addName("name") }.reason == .nonUniqueNameAttribute)
    _ = try await world.about(first, .destroy)
    let second = try await world.made { $0.addName("name") }
    #expect(try await world.located { $0.addName("name") } == [second])
    #expect(
      try await world.located(by: { $0.addName("name") }) { $0.integer(.storageStatusMask, 5) }
        == [second, first])
  }

  @Test func `fresh members of a group come first made first, each until it is used`() async throws {
    let world = try await DoorWorld()
    let keys = [try await world.made(Self.group("fresh")), try await world.made(Self.group("fresh"))]
    func next() async throws -> [String] {
      try await world.located(by: Self.group("fresh")) { writer in
        writer.integer(.maximumItems, 1)
        writer.enumeration(KMIP.ObjectGroupMember.groupMemberFresh)
      }
    }
    #expect(try await next() == [keys[0]])
    #expect(try await next() == [keys[0]])
    _ = try await world.about(keys[0], .get)
    #expect(try await next() == [keys[1]])
    _ = try await world.about(keys[1], .get)
    #expect(try await next() == [])
  }

  @Test func `default members of a group take turns`() async throws {
    let world = try await DoorWorld()
    var keys: [String] = []
    for _ in 0..<3 { keys.append(try await world.made(Self.group("turns"))) }
    var found: [String] = []
    for _ in 0..<4 {
      found += try await world.located(by: Self.group("turns")) { writer in
        writer.integer(.maximumItems, 1)
        writer.enumeration(KMIP.ObjectGroupMember.groupMemberDefault)
      }
    }
    #expect(found == keys + [keys[0]])
  }

  @Test func `the default group never runs out of fresh keys`() async throws {
    let world = try await DoorWorld()
    let found = try await world.located(by: Self.group("default")) {
      $0.enumeration(KMIP.ObjectGroupMember.groupMemberFresh)
    }
    #expect(found.count == 1)
    let key = try await world.attributes(of: try #require(found.first))
    #expect(key.boolean(.fresh) == true && key.integer(.cryptographicLength) == 256)
  }

  @Test func `keys of other protocols are found too, by what follows from their kind`() async throws {
    let world = try await DoorWorld()
    let key = try await world.awsKey()
    #expect(try await world.located { $0.set(KMIP.CryptographicAlgorithm.aes) } == [key])
    #expect(try await world.located { $0.set(.cryptographicLength, to: Int32(128)) } == [])
    #expect(try await world.change(key, .addAttribute) { $0.addName("aws") }.isSuccess)
    #expect(try await world.located { $0.addName("aws") } == [key])
    #expect(try await world.located { $0.set(KMIP.CryptographicAlgorithm.aes) } == [key])
  }

  @Test func `who may not read an object doesn't find it`() async throws {
    let world = try await DoorWorld()
    _ = try await world.made()
    let blind = Fixtures.caller(
      "blind", policies: [.administrator, .denyingOnly(.getAttributes)])
    let item = try await world.ask(.locate, as: blind) { $0.structure(.attributes) { _ in } }
    #expect(item.isSuccess && item.payload?[.uniqueIdentifier] == nil)
    #expect(try await world.ask(.locate, as: DoorWorld.stranger) { _ in }.reason == .permissionDenied)
  }

  @Test func `an attribute that nobody has is refused`() async throws {
    let world = try await DoorWorld()
    let item = try await world.ask(.locate, in: .v1_0) { writer in
      writer.structure(.attribute) { writer in
        writer.text(.attributeName, "Fresh")
        writer.boolean(.attributeValue, true)
      }
    }
    #expect(item.reason == .invalidField)
  }
}

extension AttachedPolicy {
  /// Denies one action on everything.
  static func denyingOnly(_ action: Action) -> AttachedPolicy {
    AttachedPolicy(name: "denying", policy: Policy(statements: [.deny(actions: ActionSet([action]))]))
  }
}
