import KMSBytes
import KMSDomain
import KMSTestKit
import TestHouse
import Testing
import WireKMIP

@testable import DoorKMIP

// One after the other: every world has files open.
@Suite(.serialized) struct BatchTests {
  typealias Ask = DoorWorld.Ask

  private static var unknown: Ask { Ask(.activate) { $0.text(.uniqueIdentifier, "nothing") } }

  private static func activate(_ key: String) -> Ask { Ask(.activate) { $0.text(.uniqueIdentifier, key) } }

  private static func status(_ item: Item) -> KMIP.ResultStatus? { item.item[.resultStatus]?.enumeration() }

  private static func onError(_ option: KMIP.BatchErrorContinuationOption) -> DoorWorld.Body {
    { $0.enumeration(option) }
  }

  @Test func `after a failure nothing follows, unless the client wants it`() async throws {
    let world = try await DoorWorld()
    let keys = [try await world.made(), try await world.made()]
    let batch = [Self.activate(keys[0]), Self.unknown, Self.activate(keys[1])]
    let stopped = try await world.ask(batch)
    #expect(stopped.map(Self.status) == [.success, .operationFailed])
    #expect(try await world.state(of: keys[1]) == .preActive)
    let continued = try await world.ask(
      [Self.unknown, Self.activate(keys[1])], header: Self.onError(.continue))
    #expect(continued.map(Self.status) == [.operationFailed, .success])
  }

  @Test func `what was done is taken back when the client wants all or nothing`() async throws {
    let world = try await DoorWorld()
    let keys = [try await world.made { $0.addName("old") }, try await world.made()]
    let rename = Ask(.modifyAttribute) { writer in
      writer.text(.uniqueIdentifier, keys[0])
      writer.structure(.newAttribute) { writer in
        var list = AttributeList()
        list.addName("new")
        for instance in list.instances { AttributeWriter.write(instance, .v2_1, into: &writer) }
      }
    }
    let destroy = Ask(.destroy) { $0.text(.uniqueIdentifier, keys[1]) }
    let undone = try await world.ask(
      [Self.activate(keys[0]), rename, destroy, Self.unknown], header: Self.onError(.undo))
    #expect(
      undone.map(Self.status) == [.operationUndone, .operationUndone, .operationUndone, .operationFailed])
    #expect(undone[0].payload?[.uniqueIdentifier]?.text == keys[0])
    #expect(try await world.state(of: keys[0]) == .preActive)
    #expect(try await world.located { $0.addName("old") } == [keys[0]])
    #expect(try await world.located { $0.addName("new") } == [])
    #expect(try await world.state(of: keys[1]) == .preActive)
    #expect(try await world.about(keys[1], .get).isSuccess)
  }

  @Test func `a destruction that could have been taken back is one in the end`() async throws {
    let world = try await DoorWorld()
    let key = try await world.made { $0.addName("name") }
    let done = try await world.ask(
      [Ask(.destroy) { $0.text(.uniqueIdentifier, key) }, Ask(.ping) { _ in }], header: Self.onError(.undo))
    #expect(done.map(Self.status) == [.success, .success])
    #expect(try await world.state(of: key) == .destroyed)
    let stored = try #require(
      try await world.house.store.key(named: KeyName(.identifier, key, in: world.home)))
    #expect(stored.record.versions.allSatisfy { $0.material == nil })
    _ = try await world.made { $0.addName("name") }
  }

  @Test func `what an item yields, those after it can name`() async throws {
    let world = try await DoorWorld()
    let create = Ask(.create) { writer in
      writer.enumeration(KMIP.ObjectType.symmetricKey)
      writer.structure(.attributes) { writer in
        writer.enumeration(KMIP.CryptographicAlgorithm.aes)
        writer.integer(.cryptographicLength, 128)
        writer.integer(.cryptographicUsageMask, 12)
      }
    }
    let items = try await world.ask([
      create, create, Ask(.activate) { _ in },
      Ask(.getAttributes) { $0.enumeration(.uniqueIdentifier, KMIP.UniqueIdentifierEnum.create) },
      Ask(.getAttributes) { $0.integer(.uniqueIdentifier, 0) },
      Ask(.getAttributes) { $0.integer(.uniqueIdentifier, -1) },
    ])
    let made = items.prefix(2).compactMap { $0.payload?[.uniqueIdentifier]?.text }
    let seen = items.dropFirst(2).compactMap { $0.payload?[.uniqueIdentifier]?.text }
    #expect(seen == [made[1], made[1], made[0], made[1]])
    #expect(try await world.ask(.activate) { _ in }.reason == .objectNotFound)
    #expect(try await world.ask(.activate) { $0.integer(.uniqueIdentifier, 5) }.reason == .objectNotFound)
  }

  @Test func `an answer that is too large isn't sent`() async throws {
    let world = try await DoorWorld()
    let query = Ask(.query) { $0.enumeration(KMIP.QueryFunction.queryOperations) }
    let small = try await world.ask([query], header: { $0.integer(.maximumResponseSize, 256) })
    #expect(small.first?.reason == .responseTooLarge)
    let large = try await world.ask([query], header: { $0.integer(.maximumResponseSize, 2048) })
    #expect(large.first?.isSuccess == true)
  }

  @Test func `an extension that must be understood fails its item`() async throws {
    let world = try await DoorWorld()
    for (isCritical, version, reason) in [
      (true, KMIPVersion.v1_2, KMIP.ResultReason?.some(.featureNotSupported)),
      (true, .v2_1, .unknownMessageExtension),
      (false, .v1_2, nil),
    ] {
      var writer = TTLVWriter()
      writer.structure(.requestMessage) { message in
        message.structure(.requestHeader) { header in
          header.structure(.protocolVersion) { writer in
            writer.integer(.protocolVersionMajor, version.major)
            writer.integer(.protocolVersionMinor, version.minor)
          }
          header.integer(.batchCount, 1)
        }
        message.structure(.batchItem) { item in
          item.enumeration(KMIP.Operation.query)
          item.structure(.requestPayload) { $0.enumeration(KMIP.QueryFunction.queryObjects) }
          item.structure(.messageExtension) { item in
            item.text(.vendorIdentification, "ACME")
            item.boolean(.criticalityIndicator, isCritical)
            item.structure(.vendorExtension) { _ in }
          }
        }
      }
      let answer = await world.door.respond(
        to: WipedBytes(writer.bytes), as: DoorWorld.client, DoorWorld.peer)
      let items = try DoorWorld.items(answer.withArray { $0 })
      #expect(items.first?.reason == reason)
    }
  }

  @Test func `who isn't known learns nothing`() async throws {
    let world = try await DoorWorld()
    let message = DoorWorld.message([Ask(.query) { _ in }], in: .v1_2)
    let answer = await world.door.respond(to: WipedBytes(message), as: nil, DoorWorld.peer)
    let items = try DoorWorld.items(answer.withArray { $0 })
    #expect(items.map(\.reason) == [.authenticationNotSuccessful])
    #expect(items.first?.item[.operation] == nil)
  }

  @Test func `what is no message is refused in one that can be read`() async throws {
    let world = try await DoorWorld()
    for bytes: [UInt8] in [[], [1, 2, 3], [0x42, 0, 0x78, 1, 0, 0, 0, 0]] {
      let answer = await world.door.respond(to: WipedBytes(bytes), as: DoorWorld.client, DoorWorld.peer)
      #expect(try DoorWorld.items(answer.withArray { $0 }).map(\.reason) == [.invalidMessage])
    }
    let future = DoorWorld.message([Ask(.query) { _ in }], in: KMIPVersion(major: 9, minor: 0))
    let answer = await world.door.respond(to: WipedBytes(future), as: DoorWorld.client, DoorWorld.peer)
    #expect(try DoorWorld.items(answer.withArray { $0 }).map(\.reason) == [.invalidMessage])
  }
}
