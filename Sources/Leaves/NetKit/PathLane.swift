package import Hummingbird
import NIOCore

/// A door that shares an HTTP listener with another, behind paths of its own.
package protocol WireService: FastLane {
  /// As they stand in requests, without a query.
  var paths: Set<String> { get }
  /// Answers one request whose body has been collected.
  func respond(_ request: WireRequest) async -> WireResponse
  /// Answers a request whose body isn't collected; the connection ends.
  func refuse(_ refusal: BodyRefusal, _ connection: ConnectionFacts) async -> WireResponse
}

extension WireService {
  func takes(_ target: String) -> Bool {
    // Nearly all requests are for the other door, which has this one path.
    guard target != "/" else { return false }
    return paths.contains(String(Substring(target.utf8.prefix { $0 != UInt8(ascii: "?") })))
  }
}

/// The short way of a listener with two doors.
package struct PathLane: FastLane {
  private let service: any WireService
  private let other: any FastLane

  /// - Parameter other: for all paths that aren't the service's.
  package init(_ service: any WireService, otherwise other: any FastLane) {
    self.service = service
    self.other = other
  }

  package func turn() -> any FastTurn { PathTurn(service, service.turn(), other.turn()) }
}

private final class PathTurn: FastTurn {
  private let service: any WireService
  private let own: any FastTurn
  private let other: any FastTurn

  init(_ service: any WireService, _ own: any FastTurn, _ other: any FastTurn) {
    self.service = service
    self.own = own
    self.other = other
  }

  func answer(_ request: WireRequest) -> FastAnswer? {
    service.takes(request.target) ? own.answer(request) : other.answer(request)
  }

  func commit() -> Bool {
    let isOwnRecorded = own.commit()
    return other.commit() && isOwnRecorded
  }

  func unrecorded() -> WireResponse { other.unrecorded() }
}

/// The ordinary lane of a listener with two doors.
package struct PathResponder<Other: HTTPResponder>: HTTPResponder where Other.Context == WireConnection {
  package typealias Context = WireConnection

  private let service: any WireService
  private let other: Other
  private let bodies: Bodies
  private let isEncrypted: Bool

  /// - Parameter other: for all paths that aren't the service's.
  package init(_ service: any WireService, otherwise other: Other, limits: HTTPLimits, isEncrypted: Bool) {
    self.service = service
    self.other = other
    bodies = Bodies(limits)
    self.isEncrypted = isEncrypted
  }

  package func respond(to request: Request, context: WireConnection) async throws -> Response {
    guard service.takes(request.head.path ?? "/") else {
      return try await other.respond(to: request, context: context)
    }
    let facts = await context.facts(isEncrypted: isEncrypted)
    return try await bodies.answer(
      request, from: context.source, refuse: { await service.refuse($0, facts) }
    ) { await service.respond(WireRequest(request.head, body: $0, connection: facts)) }
  }
}

extension Response {
  /// An answer of a door, on the ordinary lane.
  package init(_ answer: WireResponse) {
    self.init(
      status: HTTPResponse.Status(code: answer.status), headers: answer.headerFields,
      body: ResponseBody(byteBuffer: ByteBuffer(bytes: answer.body)))
  }
}

@available(*, unavailable)
extension PathTurn: Sendable {}
