package import Hummingbird
import NIOCore
package import NetKit

/// The ordinary lane of a listener behind which vaults are too: what isn't for one goes to the others.
package struct VaultResponder<Other: HTTPResponder>: HTTPResponder where Other.Context == WireConnection {
  package typealias Context = WireConnection

  private let door: VaultDoor
  private let other: Other
  private let longestBody: Int
  private let isEncrypted: Bool

  package init(_ door: VaultDoor, otherwise other: Other, limits: HTTPLimits, isEncrypted: Bool) {
    self.door = door
    self.other = other
    longestBody = limits.body
    self.isEncrypted = isEncrypted
  }

  package func respond(to request: Request, context: WireConnection) async throws -> Response {
    guard door.takes(host: request.head.authority, isEncrypted: isEncrypted) else {
      return try await other.respond(to: request, context: context)
    }
    let facts = ConnectionFacts(source: context.source, isEncrypted: isEncrypted)
    do {
      let longest = VaultLimits.isRestore(request.uri.path) ? VaultLimits.restoreBody : longestBody
      let body = try await request.body.collect(upTo: longest)
      return Response(await door.respond(WireRequest(request.head, body: body, connection: facts)))
    } catch is NIOTooManyBytesError {
      var answer = await door.refuseOversized(facts)
      answer.add("connection", "close")
      return Response(answer)
    }
  }
}
