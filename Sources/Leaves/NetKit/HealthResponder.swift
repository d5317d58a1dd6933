package import Hummingbird

/// Answers `GET /health` ahead of a listener's doors, for whoever watches servers and sends them clients.
package struct HealthResponder<Other: HTTPResponder>: HTTPResponder where Other.Context == WireConnection {
  package typealias Context = WireConnection

  private let isSealed: Bool
  private let missing: @Sendable () -> String?
  private let other: Other

  /// - Parameter missing: one word for what an open server does without for the time being; nil when it has everything.
  package init(
    isSealed: Bool = false, missing: @escaping @Sendable () -> String? = { nil }, otherwise other: Other
  ) {
    self.isSealed = isSealed
    self.missing = missing
    self.other = other
  }

  package func respond(to request: Request, context: WireConnection) async throws -> Response {
    guard request.method == .get, request.uri.path == "/health" else {
      return try await other.respond(to: request, context: context)
    }
    let lack = missing().map { #","missing":"\#($0)""# } ?? ""
    let body = isSealed ? #"{"status":"sealed"}"# : #"{"status":"open"\#(lack)}"#
    return Response(
      WireResponse(
        status: isSealed ? 503 : 200,
        fields: [("content-type", "application/json"), ("cache-control", "no-store")],
        body: Array((body + "\n").utf8)))
  }
}
