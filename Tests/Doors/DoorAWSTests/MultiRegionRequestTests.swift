import KMSDomain
import KMSEngine
import Testing
import WireJSON

@testable import DoorAWS

@Suite("Requests about several Regions")
struct MultiRegionRequestTests {
  private static func call() throws -> AWSCall {
    AWSCall(
      caller: try Samples.caller(), account: Samples.account, region: "eu-central-1",
      origin: RequestOrigin(
        id: RequestID(Bits128(high: 1, low: 1)), door: "aws", source: "", isEncrypted: true, userAgent: ""))
  }

  private static func replicate(_ region: String, _ more: String = "") throws -> ReplicateKey {
    let text =
      #"{"KeyId": "\#(NamesTests.mrk)", "ReplicaRegion": "\#(region)"\#(more.isEmpty ? "" : ", ")\#(more)}"#
    return try ReplicateKeyOperation.decode(try Samples.json(text), try call())
  }

  @Test("members become an operation")
  func sound() throws {
    let operation = try Self.replicate(
      "us-east-1",
      #"""
      "Description": "d", "Policy": "{}", "BypassPolicyLockoutSafetyCheck": true,
      "Tags": [{"TagKey": "a", "TagValue": "b"}]
      """#)
    #expect(operation.region == "us-east-1" && operation.description == "d" && operation.bypassesLockoutCheck)
    #expect(operation.policy == Array("{}".utf8) && operation.tags == [KMSDomain.Tag(key: "a", value: "b")])
    let plain = try Self.replicate("us-east-1")
    #expect(
      plain.policy == nil && plain.tags.isEmpty && plain.description.isEmpty && !plain.bypassesLockoutCheck)
    let text = #"{"KeyId": "\#(NamesTests.mrk)", "PrimaryRegion": "us-gov-west-1"}"#
    #expect(
      try UpdatePrimaryRegionOperation.decode(try Samples.json(text), try Self.call()).region
        == "us-gov-west-1")
  }

  @Test("Regions have a form", arguments: ["us-east-1", "us-gov-west-1", "ap-southeast-12", "a-b-0"])
  func regions(region: String) throws {
    #expect(try Self.replicate(region).region == region)
  }

  @Test(
    "what can't be a Region is refused",
    arguments: [
      "useast1", "us-east", "us-1", "US-EAST-1", "us-east-1a", "-east-1", "us--1", "us-east-", "a-b-c-d-1",
      "ü-b-1",
      " us-east-1", "us-east-1\\n", "us-east-١",
    ])
  func malformed(region: String) throws {
    #expect(throws: AWSError.self) { try Self.replicate(region) }
  }

  @Test("members that are missing are told together")
  func missing() throws {
    for (refusal, path) in [
      (
        #expect(throws: AWSError.self) { try ReplicateKeyOperation.decode(Samples.json("{}"), Self.call()) },
        "replicaRegion"
      ),
      (
        #expect(throws: AWSError.self) {
          try UpdatePrimaryRegionOperation.decode(Samples.json("{}"), Self.call())
        }, "primaryRegion"
      ),
    ] {
      #expect(
        refusal?.message
          == "2 validation errors detected: Value null at 'keyId' failed to satisfy constraint: Member must not be null; "
          + "Value null at '\(path)' failed to satisfy constraint: Member must not be null")
    }
  }

  private static func metadata(_ key: KeyRecord, isBeingMade: Bool = false) throws -> JSONValue {
    var output = JSONWriter(capacity: 512)
    output.object {
      KeyMetadata.write(
        ProtectedKey(record: key, policy: Policy(statements: [])), isBeingMade: isBeingMade, into: &$0)
    }
    return try #require(try JSONDocument(output.bytes, limits: AWSLimits.json).root["KeyMetadata"])
  }

  @Test("a key shows its relatives, itself among them")
  func configuration() throws {
    var key = Samples.key()
    #expect(try Self.metadata(key)["MultiRegion"]?.bool == false)
    #expect(try Self.metadata(key)["MultiRegionConfiguration"] == nil)
    for (primary, type) in [("eu-central-1", "PRIMARY"), ("us-west-2", "REPLICA")] {
      let other = primary == "eu-central-1" ? "us-west-2" : "eu-central-1"
      key.family = KeyFamily(material: key.id, primaryRegion: primary, replicaRegions: [other])
      let told = try Self.metadata(key)
      #expect(told["MultiRegion"]?.bool == true)
      let configuration = try #require(told["MultiRegionConfiguration"])
      #expect(configuration["MultiRegionKeyType"]?.string == type)
      #expect(configuration["PrimaryKey"]?["Region"]?.string == primary)
      #expect(
        configuration["PrimaryKey"]?["Arn"]?.string
          == "arn:aws:kms:\(primary):111122223333:key/\(NamesTests.id)")
      #expect(configuration["ReplicaKeys"]?.elements.compactMap { $0["Region"]?.string } == [other])
    }
  }

  @Test("a primary that waits shows how long its window will be, and no date")
  func waiting() throws {
    var key = Samples.key()
    key.state = .pendingDeletion
    key.deletionWindowDays = 9
    let told = try Self.metadata(key)
    #expect(told["KeyState"]?.string == "PendingReplicaDeletion")
    #expect(told["PendingDeletionWindowInDays"]?.integer == 9 && told["DeletionDate"] == nil)
    #expect(told["Enabled"]?.bool == false)
  }

  @Test("a replica is shown in the making once")
  func making() throws {
    let told = try Self.metadata(Samples.key(), isBeingMade: true)
    #expect(told["KeyState"]?.string == "Creating" && told["Enabled"]?.bool == false)
    #expect(try Self.metadata(Samples.key())["KeyState"]?.string == "Enabled")
  }
}
