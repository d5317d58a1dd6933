package import Hummingbird
package import NetKit

/// The ordinary lane of a listener behind which vaults are too: what isn't for one goes to the others.
package struct VaultResponder<Other: HTTPResponder>: HTTPResponder where Other.Context == WireConnection {
  package typealias Context = WireConnection

  private let door: VaultDoor
  private let other: Other
  private let bodies: Bodies
  private let isEncrypted: Bool

  package init(_ door: VaultDoor, otherwise other: Other, limits: HTTPLimits, isEncrypted: Bool) {
    self.door = door
    self.other = other
    bodies = Bodies(limits)
    self.isEncrypted = isEncrypted
  }

  package func respond(to request: Request, context: WireConnection) async throws -> Response {
    guard door.takes(host: request.head.authority, isEncrypted: isEncrypted) else {
      return try await other.respond(to: request, context: context)
    }
    let facts = ConnectionFacts(source: context.source, isEncrypted: isEncrypted)
    return try await bodies.answer(
      request, from: context.source,
      upTo: VaultLimits.isRestore(request.uri.path) ? VaultLimits.restoreBody : nil,
      refuse: { await door.refuse($0, facts) }
    ) { await door.respond(WireRequest(request.head, body: $0, connection: facts)) }
  }
}
