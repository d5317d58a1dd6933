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
}
