import KMSBytes
import KMSDomain
import KMSTestKit
import TestHouse
import Testing
import WireKMIP

@testable import DoorKMIP

// One after the other: every world has files open.
@Suite(.serialized) struct TicketTests {
  typealias Ask = DoorWorld.Ask
  private static var query: Ask { Ask(.query) { $0.enumeration(KMIP.QueryFunction.queryObjects) } }

  private static func credential(_ ticket: [UInt8]) -> DoorWorld.Body {
    { header in
      header.structure(.authentication) { writer in
        writer.structure(.credential) { writer in
          writer.enumeration(KMIP.CredentialType.ticket)
          writer.structure(.credentialValue) { TicketTests.write(ticket, into: &$0) }
        }
      }
    }
  }

  private static func write(_ ticket: [UInt8], into writer: inout TTLVWriter) {
    writer.structure(.ticket) { writer in
      writer.enumeration(KMIP.TicketType.login)
      writer.byteString(.ticketValue, ticket)
    }
  }

  private static func ticket(
    _ world: DoorWorld, _ operation: KMIP.Operation = .login, _ body: @escaping DoorWorld.Body = { _ in }
  ) async throws -> [UInt8] {
    let item = try await world.ask(operation, body)
    return try #require(item.payload?[.ticket]?[.ticketValue]?.byteString)
  }

  private static func reason(
    _ world: DoorWorld, _ ask: Ask? = nil, by ticket: [UInt8], as caller: Caller = DoorWorld.client
  ) async throws -> KMIP.ResultReason? {
    try await world.ask([ask ?? query], as: caller, header: credential(ticket)).first?.reason
  }

  @Test func `a ticket is good for as many requests as it was taken out for`() async throws {
    let world = try await DoorWorld()
    let ticket = try await Self.ticket(world) { writer in
      writer.interval(.leaseTime, 0)
      writer.integer(.requestCount, 2)
    }
    #expect(ticket.count == 32)
    #expect(try await Self.reason(world, by: ticket) == nil)
    #expect(try await Self.reason(world, by: ticket) == nil)
    #expect(try await Self.reason(world, by: ticket) == .invalidTicket)
  }

  @Test func `a ticket ends with its time, and when it is given back`() async throws {
    let world = try await DoorWorld()
    let short = try await Self.ticket(world) { $0.interval(.leaseTime, 60) }
    world.house.clock.advance(seconds: 59)
    #expect(try await Self.reason(world, by: short) == nil)
    world.house.clock.advance(seconds: 1)
    #expect(try await Self.reason(world, by: short) == .invalidTicket)
    let other = try await Self.ticket(world)
    #expect(try await world.ask(.logout) { Self.write(other, into: &$0) }.isSuccess)
    #expect(try await Self.reason(world, by: other) == .invalidTicket)
    #expect(try await world.ask(.logout) { Self.write(other, into: &$0) }.reason == .invalidTicket)
  }

  @Test func `what is no ticket is none`() async throws {
    let world = try await DoorWorld()
    let ticket = try await Self.ticket(world)
    #expect(try await Self.reason(world, by: []) == .invalidTicket)
    #expect(try await Self.reason(world, by: Array(ticket.dropLast())) == .invalidTicket)
  }

  @Test func `another client acts as the owner only if the owner can be found as it is now`() async throws {
    let world = try await DoorWorld()
    let ticket = try await Self.ticket(world)
    #expect(try await Self.reason(world, by: ticket, as: DoorWorld.stranger) == .invalidTicket)

    let fingerprint = [UInt8](repeating: 7, count: 32)
    let finder = Finder(clients: [fingerprint: DoorWorld.client])
    let door = KMIPDoor(world.house.engine, region: world.home.region, clients: finder)
    func ask(_ asks: [Ask], as caller: Caller, _ header: DoorWorld.Body = { _ in }) async throws -> [Item] {
      let message = DoorWorld.message(asks, in: .v2_1, header: header)
      let peer = KMIPPeer(source: "192.0.2.1", fingerprint: fingerprint)
      return try DoorWorld.items(await door.respond(to: .init(message), as: caller, peer).withArray { $0 })
    }
    let login = try await ask([Ask(.login) { _ in }], as: DoorWorld.client)
    let found = try #require(login.first?.payload?[.ticket]?[.ticketValue]?.byteString)
    let locate = Ask(.locate) { $0.structure(.attributes) { _ in } }
    let acting = try await ask([locate], as: DoorWorld.stranger, Self.credential(found))
    #expect(acting.first?.isSuccess == true)
    let record = try #require(try world.house.records().last)
    #expect(record.who?.principal == DoorWorld.client.principal)
    #expect(record.userAgent == "ticket of the caller's, shown by \(DoorWorld.stranger.principal)")
    let own = try await ask([locate], as: DoorWorld.client, Self.credential(found))
    #expect(own.first?.isSuccess == true)
    #expect(try (world.house.records().last?.userAgent ?? "").isEmpty)
    let abroad = Fixtures.caller("stranger", account: Fixtures.otherAccount)
    #expect(try await ask([locate], as: abroad, Self.credential(found)).first?.reason == .invalidTicket)
  }

  private struct Finder: ClientFinder {
    let clients: [[UInt8]: Caller]
    func caller(_ fingerprint: [UInt8]) async -> Caller? { clients[fingerprint] }
  }

  @Test func `a delegated ticket allows what one of its rights allows`() async throws {
    let world = try await DoorWorld()
    let key = try await world.made { $0.set(.objectGroup, to: "mine") }
    let other = try await world.made()
    let ticket = try await Self.ticket(world, .delegatedLogin) { writer in
      writer.structure(.rights) { rights in
        rights.structure(.right) { right in
          right.structure(.operations) { writer in
            writer.enumeration(KMIP.Operation.query)
            writer.enumeration(KMIP.Operation.login)
          }
        }
        rights.structure(.right) { right in
          right.structure(.operations) { $0.enumeration(KMIP.Operation.getAttributes) }
          right.structure(.objects) { $0.text(.uniqueIdentifier, other) }
        }
        rights.structure(.right) { right in
          right.structure(.operations) { $0.enumeration(KMIP.Operation.activate) }
          right.structure(.objectGroups) { $0.text(.objectGroup, "mine") }
        }
      }
    }
    func about(_ operation: KMIP.Operation, _ identifier: String?) -> Ask {
      Ask(operation) { writer in if let identifier { writer.text(.uniqueIdentifier, identifier) } }
    }
    #expect(try await Self.reason(world, by: ticket) == nil)
    #expect(try await Self.reason(world, about(.getAttributes, other), by: ticket) == nil)
    #expect(try await Self.reason(world, about(.getAttributes, key), by: ticket) == .permissionDenied)
    #expect(try await Self.reason(world, about(.getAttributes, nil), by: ticket) == .permissionDenied)
    #expect(try await Self.reason(world, about(.activate, other), by: ticket) == .permissionDenied)
    #expect(try await Self.reason(world, about(.activate, key), by: ticket) == nil)
    #expect(try await Self.reason(world, about(.destroy, other), by: ticket) == .permissionDenied)
    #expect(try await Self.reason(world, about(.login, nil), by: ticket) == .permissionDenied)
  }

  // MARK: Limits that hold for what is really asked for

  private enum Limit {
    case object
    case group
  }

  /// Two keys of a client, and a ticket for the first alone.
  private static func limited(
    _ world: DoorWorld, _ limit: Limit
  ) async throws -> (allowed: String, other: String, header: DoorWorld.Body) {
    let other = try await world.made { $0.addName("other") }
    let allowed = try await world.made { $0.set(.objectGroup, to: "mine") }
    let ticket = try await ticket(world, .delegatedLogin) { writer in
      writer.structure(.rights) { rights in
        rights.structure(.right) { right in
          switch limit {
          case .object: right.structure(.objects) { $0.text(.uniqueIdentifier, allowed) }
          case .group: right.structure(.objectGroups) { $0.text(.objectGroup, "mine") }
          }
        }
      }
    }
    return (allowed, other, credential(ticket))
  }

  private static func named(_ operation: KMIP.Operation, _ identifier: String?, link: String? = nil) -> Ask {
    Ask(operation) { payload in
      if let identifier { payload.text(.uniqueIdentifier, identifier) }
      guard let link else { return }
      payload.structure(.attributes) { writer in
        writer.structure(.link) { writer in
          writer.enumeration(KMIP.LinkType.parentLink)
          writer.text(.linkedObjectIdentifier, link)
        }
      }
    }
  }

  @Test(arguments: [true, false])
  func `an identifier that stands somewhere in a payload opens nothing`(isGroup: Bool) async throws {
    let world = try await DoorWorld()
    let (allowed, other, header) = try await Self.limited(world, isGroup ? .group : .object)
    let search = Ask(.locate) { payload in
      // A field that the operation doesn't have.
      payload.text(.uniqueIdentifier, allowed)
      payload.structure(.attributes) { writer in
        writer.structure(.name) { writer in
          writer.text(.nameValue, "other")
          writer.enumeration(KMIP.NameType.uninterpretedTextString)
        }
      }
    }
    let chain = try await world.ask([search, Self.named(.get, nil, link: allowed)], header: header)
    #expect(chain.first?.reason == .permissionDenied)
    for ask in [
      Self.named(.get, nil, link: allowed), Self.named(.get, other, link: allowed),
      Self.named(.query, allowed), Self.named(.rngRetrieve, allowed), Self.named(.interop, allowed),
    ] {
      #expect(try await world.ask([ask], header: header).first?.reason == .permissionDenied)
    }
    let create = Ask(.create) { payload in
      payload.enumeration(KMIP.ObjectType.symmetricKey)
      payload.structure(.attributes) { writer in
        DoorWorld.aes(&writer)
        writer.structure(.link) { writer in
          writer.enumeration(KMIP.LinkType.parentLink)
          writer.text(.linkedObjectIdentifier, allowed)
        }
      }
    }
    #expect(try await world.ask([create], header: header).first?.reason == .permissionDenied)
    #expect(try await world.ask([Self.named(.get, allowed)], header: header).first?.isSuccess == true)
  }

  @Test(arguments: [true, false])
  func `the ID placeholder counts where the payload names nothing`(isGroup: Bool) async throws {
    let world = try await DoorWorld()
    let (allowed, other, header) = try await Self.limited(world, isGroup ? .group : .object)
    let kept = try await world.ask(
      [Self.named(.getAttributes, allowed), Self.named(.get, nil)], header: header)
    #expect(kept.map(\.reason) == [nil, nil] || kept.last?.reason == .permissionDenied)
    // The successor isn't the object that the ticket names; it is in the group of its predecessor.
    let renewed = try await world.ask([Self.named(.reKey, allowed), Self.named(.get, nil)], header: header)
    #expect(renewed.first?.isSuccess == true)
    #expect(renewed.last?.isSuccess == isGroup)
    let denied = try await world.ask(
      [Self.named(.getAttributes, other), Self.named(.get, nil)], header: header)
    #expect(denied.first?.reason == .permissionDenied)
  }

  @Test(arguments: [true, false])
  func `a key that wraps, a second base and a linked object have to be allowed too`(isGroup: Bool)
    async throws
  {
    let world = try await DoorWorld()
    let (allowed, _, header) = try await Self.limited(world, isGroup ? .group : .object)
    let outer = try await world.create()
    let wrapped = Ask(.get) { payload in
      payload.text(.uniqueIdentifier, allowed)
      payload.structure(.keyWrappingSpecification) { writer in
        writer.enumeration(KMIP.WrappingMethod.encrypt)
        writer.structure(.encryptionKeyInformation) { $0.text(.uniqueIdentifier, outer) }
      }
    }
    #expect(try await world.ask([wrapped], header: header).first?.reason == .permissionDenied)
    let derive = Ask(.deriveKey) { payload in
      payload.enumeration(KMIP.ObjectType.secretData)
      payload.text(.uniqueIdentifier, allowed)
      payload.text(.uniqueIdentifier, outer)
      payload.enumeration(KMIP.DerivationMethod.hash)
      payload.structure(.derivationParameters) { writer in
        writer.structure(.cryptographicParameters) { $0.enumeration(KMIP.HashingAlgorithm.sha256) }
      }
      payload.structure(.attributes) { $0.integer(.cryptographicLength, 128) }
    }
    #expect(try await world.ask([derive], header: header).first?.reason == .permissionDenied)
    #expect(
      try await world.ask([Self.named(.validate, outer)], header: header).first?.reason == .permissionDenied)
  }

  @Test func `the limits hold for what is done later, too`() async throws {
    let world = try await DoorWorld()
    let (allowed, _, header) = try await Self.limited(world, .object)
    let outer = try await world.create()
    let later: DoorWorld.Body = { writer in
      writer.enumeration(KMIP.AsynchronousIndicator.mandatory)
      header(&writer)
    }
    let wrapped = Ask(.get) { payload in
      payload.text(.uniqueIdentifier, allowed)
      payload.structure(.keyWrappingSpecification) { writer in
        writer.enumeration(KMIP.WrappingMethod.encrypt)
        writer.structure(.encryptionKeyInformation) { $0.text(.uniqueIdentifier, outer) }
      }
    }
    let item = try #require(try await world.ask([wrapped], header: later).first)
    let value = try #require(item.item[.asynchronousCorrelationValue]?.byteString)
    // By its owner, who may do everything: the work is still the ticket's.
    let polled = try await world.ask(.poll) { $0.byteString(.asynchronousCorrelationValue, value) }
    #expect(polled.reason == .permissionDenied)
  }

  @Test func `what a limited ticket did can be taken back`() async throws {
    let world = try await DoorWorld()
    let (allowed, other, header) = try await Self.limited(world, .object)
    let count = try await world.house.store.keyCount()
    let undo: DoorWorld.Body = { writer in
      header(&writer)
      writer.enumeration(KMIP.BatchErrorContinuationOption.undo)
    }
    let items = try await world.ask([Self.named(.reKey, allowed), Self.named(.get, other)], header: undo)
    #expect(items.first?.item[.resultStatus]?.enumeration(KMIP.ResultStatus.self) == .operationUndone)
    #expect(items.last?.reason == .permissionDenied)
    #expect(try await world.links(.replacementObjectLink, of: allowed).isEmpty)
    #expect(try await world.house.store.keyCount() <= count + 1)
  }
}
