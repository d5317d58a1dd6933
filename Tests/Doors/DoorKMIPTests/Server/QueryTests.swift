import KMSBytes
import KMSDomain
import KMSTestKit
import TestHouse
import Testing
import WireKMIP

@testable import DoorKMIP

// One after the other: every world has files open.
@Suite(.serialized) struct QueryTests {
  private static func query(
    _ world: DoorWorld, _ functions: [KMIP.QueryFunction], in version: KMIPVersion
  ) async throws -> Item {
    try await world.ask(.query, in: version) { writer in
      for function in functions { writer.enumeration(function) }
    }
  }

  @Test(arguments: KMIPVersion.known)
  func `a version hears of nothing that it lacks`(version: KMIPVersion) async throws {
    let world = try await DoorWorld()
    let functions = KMIP.QueryFunction.allCases.filter { KMIPRegistry.isKnown($0, in: version) }
    let item = try await Self.query(world, functions, in: version)
    func check(_ item: TTLVItem) {
      #expect(KMIPRegistry.isKnown(item.tag, in: version), "\(item.tag) in \(version)")
      if let number = item.enumeration {
        #expect(KMIPRegistry.isKnown(number, in: item.tag, version), "\(number) of \(item.tag) in \(version)")
      }
      for child in item.children { check(child) }
    }
    let payload = try #require(item.payload)
    for child in payload.children { check(child) }
    #expect(
      payload.all(.operation).count
        == Catalogue.all.filter { KMIPRegistry.isKnown($0.code, in: version) }.count)
  }

  @Test func `every operation of the specification that a client may ask for is there`() {
    let served = Set(Catalogue.all.map { $0.code })
    let missing = Set(KMIP.Operation.allCases).subtracting(served)
    // What servers ask of clients.
    #expect(missing == [.notify, .put])
  }

  @Test func `a function that the version lacks is left out, and none is refused`() async throws {
    let world = try await DoorWorld()
    let told = try await Self.query(world, [.queryProfiles, .queryObjects], in: .v1_2)
    #expect(told.reason == nil)
    #expect(told.payload?.all(.profileInformation).isEmpty == true)
    #expect(told.payload?.all(.objectType).isEmpty == false)
    #expect(try await Self.query(world, [], in: .v1_2).reason == .invalidMessage)
  }

  @Test func `profiles over HTTPS are claimed only where there is HTTPS`() async throws {
    let world = try await DoorWorld()
    func profiles(_ settings: KMIPSettings) async throws -> [TTLVItem] {
      let door = KMIPDoor(world.house.engine, region: world.home.region, settings: settings)
      let message = DoorWorld.message(
        [.init(.query) { $0.enumeration(KMIP.QueryFunction.queryProfiles) }], in: .v2_1)
      let answer = await door.respond(to: .init(message), as: DoorWorld.client, DoorWorld.peer)
      let items = try DoorWorld.items(answer.withArray { $0 })
      return items.first?.payload?.all(.profileInformation) ?? []
    }
    func has(_ name: KMIP.ProfileName, _ profiles: [TTLVItem]) -> TTLVItem? {
      profiles.first { $0[.profileName]?.enumeration() == name }
    }
    let plain = try await profiles(KMIPSettings())
    #expect(has(.baselineServer, plain) != nil && has(.httpsServer, plain) == nil)
    let secure = try await profiles(KMIPSettings(https: (uri: "https://kms.example/kmip", port: 443)))
    #expect(has(.httpsServer, secure)?[.serverURI]?.text == "https://kms.example/kmip")
  }

  @Test func `versions are those that both sides speak, in the client's order`() async throws {
    let world = try await DoorWorld()
    func versions(_ asked: [KMIPVersion]) async throws -> [String] {
      let item = try await world.ask(.discoverVersions, in: .v1_2) { writer in
        for version in asked {
          writer.structure(.protocolVersion) { writer in
            writer.integer(.protocolVersionMajor, version.major)
            writer.integer(.protocolVersionMinor, version.minor)
          }
        }
      }
      return (item.payload?.all(.protocolVersion) ?? []).map { version in
        "\(version[.protocolVersionMajor]?.integer ?? 0).\(version[.protocolVersionMinor]?.integer ?? 0)"
      }
    }
    #expect(try await versions([]) == ["2.1", "2.0", "1.4", "1.3", "1.2", "1.1", "1.0"])
    #expect(try await versions([.v1_0, KMIPVersion(major: 3, minor: 0), .v2_0]) == ["1.0", "2.0"])
  }
}
