package import Hummingbird

/// Answers `GET /health` ahead of a listener's doors, for whoever watches servers and sends them clients.
package struct HealthResponder<Other: HTTPResponder>: HTTPResponder where Other.Context == WireConnection {
  package typealias Context = WireConnection

  private let isSealed: Bool
  private let other: Other

  package init(isSealed: Bool = false, otherwise other: Other) {
    self.isSealed = isSealed
    self.other = other
  }

  package func respond(to request: Request, context: WireConnection) async throws -> Response {
    guard request.method == .get, request.uri.path == "/health" else {
      return try await other.respond(to: request, context: context)
    }
    let body = isSealed ? #"{"status":"sealed"}"# : #"{"status":"open"}"#
    return Response(
      WireResponse(
        status: isSealed ? 503 : 200,
        fields: [("content-type", "application/json"), ("cache-control", "no-store")],
        body: Array((body + "\n").utf8)))
  }
}
