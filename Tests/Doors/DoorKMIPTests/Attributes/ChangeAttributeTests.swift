import KMSDomain
import KMSTestKit
import TestHouse
import Testing
import WireKMIP

@testable import DoorKMIP

/// Attribute operations against the rules, with the reasons of the versions.
// One after the other: every world has files open.
@Suite(.serialized) struct ChangeAttributeTests {
  private static func description(_ text: String) -> (inout AttributeList) -> Void {
    { $0.set(.description, to: text) }
  }

  @Test(arguments: [KMIPVersion.v1_4, .v2_1])
  func `an attribute is added, modified and deleted`(version: KMIPVersion) async throws {
    let world = try await DoorWorld()
    let key = try await world.made(in: version)
    #expect(try await world.change(key, .addAttribute, in: version, Self.description("one")).isSuccess)
    #expect(try await world.attributes(of: key, .description, in: version).text(.description) == "one")
    #expect(try await world.change(key, .modifyAttribute, in: version, Self.description("two")).isSuccess)
    #expect(try await world.attributes(of: key, .description, in: version).text(.description) == "two")
    let deleted = try await world.about(key, .deleteAttribute, in: version) {
      AttributeWriter.write(AttributeName(.description), version, into: &$0)
    }
    #expect(deleted.isSuccess)
    #expect(try await world.attributes(of: key, .description, in: version).isEmpty)
  }

  @Test func `before 2 what may have several values has an index of 0 too`() async throws {
    let world = try await DoorWorld()
    let key = try await world.made(in: .v1_2) { $0.addName("one") }
    let answer = try await world.about(key, .getAttributes, in: .v1_2) { writer in
      writer.text(.attributeName, "Name")
      writer.text(.attributeName, "State")
    }
    let all = answer.payload?.all(.attribute) ?? []
    #expect(all.map { $0[.attributeName]?.text } == ["Name", "State"])
    #expect(all.map { $0[.attributeIndex]?.integer } == [0, nil])
  }

  @Test func `before 2 an answer has the attribute with its index`() async throws {
    let world = try await DoorWorld()
    let key = try await world.made(in: .v1_2)
    _ = try await world.change(key, .addAttribute, in: .v1_2) { $0.addCustom("a", "one") }
    let added = try await world.change(key, .addAttribute, in: .v1_2) { $0.addCustom("a", "two") }
    let attribute = try #require(added.payload?[.attribute])
    #expect(attribute[.attributeName]?.text == "x-a")
    #expect(attribute[.attributeIndex]?.integer == 1)
    #expect(attribute[.attributeValue]?.text == "two")
    let modified = try await world.change(key, .modifyAttribute, in: .v1_2, index: 1) {
      $0.addCustom("a", "three")
    }
    #expect(modified.payload?[.attribute]?[.attributeIndex]?.integer == 1)
    let deleted = try await world.about(key, .deleteAttribute, in: .v1_2) { writer in
      writer.text(.attributeName, "x-a")
    }
    #expect(deleted.payload?[.attribute]?[.attributeValue]?.text == "one")
    let all = try await world.attributes(of: key, in: .v1_2).all(.attribute)
    #expect(all.map(\.index) == [1])
  }

  struct Refusal: Sendable {
    let what: String
    let operation: KMIP.Operation
    let attribute: @Sendable (inout AttributeList) -> Void
    let old: KMIP.ResultReason
    let new: KMIP.ResultReason
  }

  private static let refusals: [Refusal] = [
    Refusal(
      what: "a second value of an attribute with one", operation: .addAttribute,
      attribute: { $0.set(.contactInformation, to: "nobody") }, old: .illegalOperation,
      new: .attributeSingleValued),
    Refusal(
      what: "a name that is taken", operation: .addAttribute, attribute: { $0.addName("taken") },
      old: .illegalOperation, new: .nonUniqueNameAttribute),
    Refusal(
      what: "adding what the server sets", operation: .addAttribute, attribute: { $0.set(.fresh, to: true) },
      old: .permissionDenied, new: .readOnlyAttribute),
    Refusal(
      what: "modifying what the server sets", operation: .modifyAttribute,
      attribute: { $0.set(KMIP.State.compromised) }, old: .permissionDenied, new: .attributeReadOnly),
    Refusal(
      what: "modifying what isn't there", operation: .modifyAttribute,
      attribute: { $0.set(.description, to: "new") }, old: .invalidField, new: .attributeNotFound),
    Refusal(
      what: "a date that has come", operation: .modifyAttribute,
      attribute: { $0.set(.activationDate, to: Fixtures.start) }, old: .permissionDenied,
      new: .wrongKeyLifecycleState),
    Refusal(
      what: "dates in no order", operation: .addAttribute,
      attribute: { $0.set(.deactivationDate, to: Instant(milliseconds: 0)) }, old: .invalidField,
      new: .invalidAttributeValue),
    Refusal(
      what: "application data for the server to make", operation: .addAttribute,
      attribute: {
        $0.add(.applicationSpecificInformation) { writer in
          writer.structure(.applicationSpecificInformation) { $0.text(.applicationNamespace, "ssl") }
        }
      }, old: .applicationNamespaceNotSupported, new: .applicationNamespaceNotSupported),
  ]

  @Test(arguments: refusals)
  func `what the rules don't allow is refused with the reason of the version`(refusal: Refusal) async throws {
    let world = try await DoorWorld()
    for (version, reason) in [(KMIPVersion.v1_4, refusal.old), (.v2_1, refusal.new)] {
      let key = try await world.made(in: version) { list in
        list.addName("taken")
        list.set(.contactInformation, to: "somebody")
        list.set(.activationDate, to: Fixtures.start)
      }
      let answer = try await world.change(key, refusal.operation, in: version, refusal.attribute)
      #expect(answer.reason == reason, "\(refusal.what) in \(version)")
      _ = try await world.revoke(key, .unspecified)
      _ = try await world.about(key, .destroy)
    }
  }

  @Test func `deleting what isn't there or must stay is refused`() async throws {
    let world = try await DoorWorld()
    let key = try await world.made()
    for (tag, old, new) in [
      (KMIPTag.description, KMIP.ResultReason.itemNotFound, KMIP.ResultReason.attributeNotFound),
      (.cryptographicUsageMask, .permissionDenied, .attributeReadOnly),
    ] {
      for (version, reason) in [(KMIPVersion.v1_4, old), (.v2_1, new)] {
        let answer = try await world.about(key, .deleteAttribute, in: version) {
          AttributeWriter.write(AttributeName(tag), version, into: &$0)
        }
        #expect(answer.reason == reason)
      }
    }
  }

  @Test func `an attribute with one value is set, whether or not it was there`() async throws {
    let world = try await DoorWorld()
    let key = try await world.made()
    for text in ["one", "two"] {
      #expect(try await world.change(key, .setAttribute, Self.description(text)).isSuccess)
      #expect(try await world.attributes(of: key, .description).text(.description) == text)
    }
    #expect(try await world.change(key, .setAttribute) { $0.addName("a") }.reason == .multiValuedAttribute)
    #expect(
      try await world.change(key, .setAttribute) { $0.set(KMIP.State.active) }.reason == .readOnlyAttribute)
    #expect(
      try await world.change(key, .setAttribute, in: .v1_4, Self.description("x")).reason
        == .operationNotSupported)
  }

  @Test func `a number is counted up and down, and turned round`() async throws {
    let world = try await DoorWorld()
    let key = try await world.made { list in
      list.set(.protectionPeriod) { $0.interval(.protectionPeriod, 10) }
      list.set(.quantumSafe, to: false)
      list.set(.comment, to: "text")
    }
    func adjust(_ tag: KMIPTag, _ type: KMIP.AdjustmentType, by amount: UInt32? = nil) async throws -> Item {
      try await world.about(key, .adjustAttribute) { writer in
        AttributeWriter.write(AttributeName(tag), .v2_1, into: &writer)
        writer.enumeration(type)
        if let amount { writer.interval(.adjustmentValue, amount) }
      }
    }
    #expect(try await adjust(.protectionPeriod, .increment).isSuccess)
    #expect(try await adjust(.protectionPeriod, .increment, by: 5).isSuccess)
    #expect(try await world.attributes(of: key, .protectionPeriod).value(.protectionPeriod)?.interval == 16)
    #expect(try await adjust(.protectionPeriod, .decrement, by: 17).reason == .numericRange)
    #expect(try await adjust(.quantumSafe, .negate).isSuccess)
    #expect(try await world.attributes(of: key, .quantumSafe).boolean(.quantumSafe) == true)
    #expect(try await adjust(.comment, .increment).reason == .invalidDataType)
    #expect(try await adjust(.description, .increment).reason == .itemNotFound)
    #expect(try await adjust(.cryptographicLength, .increment).reason == .readOnlyAttribute)
  }

  @Test func `whoever made an object to stay in the server can't have it out later`() async throws {
    let world = try await DoorWorld()
    let key = try await world.made { $0.set(.extractable, to: false) }
    #expect(
      try await world.change(key, .modifyAttribute) { $0.set(.extractable, to: true) }.reason
        == .permissionDenied)
    let free = try await world.made { $0.set(.sensitive, to: true) }
    #expect(try await world.change(free, .modifyAttribute) { $0.set(.sensitive, to: false) }.isSuccess)
    #expect(try await world.attributes(of: free).boolean(.alwaysSensitive) == false)
    #expect(try await world.change(free, .modifyAttribute) { $0.set(.extractable, to: false) }.isSuccess)
    #expect(try await world.change(free, .modifyAttribute) { $0.set(.extractable, to: true) }.isSuccess)
    #expect(try await world.attributes(of: free).boolean(.neverExtractable) == false)
  }

  @Test func `asking for the same attribute twice is refused, for none gives all`() async throws {
    let world = try await DoorWorld()
    let key = try await world.made()
    let twice = try await world.about(key, .getAttributes) { writer in
      for _ in 0..<2 { AttributeWriter.write(AttributeName(.state), .v2_1, into: &writer) }
    }
    #expect(twice.reason == .invalidMessage)
    let all = try await world.attributes(of: key)
    #expect(all.contains(AttributeName(.digest)) && all.contains(AttributeName(.shortUniqueIdentifier)))
    let listed = try await world.about(key, .getAttributeList)
    let names = try #require(listed.payload).all(.attributeReference).compactMap(\.enumeration)
    #expect(Set(names) == Set(all.instances.map(\.tag.rawValue)))
  }
}
