package import Hummingbird
package import NetKit

/// The ordinary lane of a listener that is the authority too: what isn't for it goes to the others.
package struct AuthorityResponder<Other: HTTPResponder>: HTTPResponder
where Other.Context == WireConnection {
  package typealias Context = WireConnection

  private let authority: AzureAuthority
  private let other: Other
  private let bodies: Bodies
  private let isEncrypted: Bool

  package init(
    _ authority: AzureAuthority, otherwise other: Other, limits: HTTPLimits, isEncrypted: Bool
  ) {
    self.authority = authority
    self.other = other
    bodies = Bodies(limits)
    self.isEncrypted = isEncrypted
  }

  package func respond(to request: Request, context: WireConnection) async throws -> Response {
    let isOurs = authority.takes(
      host: request.head.authority, target: request.head.path ?? "/", isEncrypted: isEncrypted)
    guard isOurs else { return try await other.respond(to: request, context: context) }
    let facts = ConnectionFacts(source: context.source, isEncrypted: isEncrypted)
    return try await bodies.answer(
      request, from: context.source, refuse: { await authority.refuse($0, facts) }
    ) { await authority.respond(WireRequest(request.head, body: $0, connection: facts)) }
  }
}
