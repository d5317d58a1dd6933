package import Hummingbird
package import NIOCore

/// Why a body wasn't collected.
package enum BodyRefusal: Error {
  /// It is longer than the listener takes.
  case tooLong
  /// Too many long ones are under way.
  case tooMany
}

/// How the ordinary lane of a listener collects bodies.
package struct Bodies: Sendable {
  private let longest: Int
  private let budget: BodyBudget

  package init(_ limits: HTTPLimits) {
    longest = limits.body
    budget = limits.bodyBudget
  }

  /// Collects the body of a request and has it answered. Until then it counts against the budget.
  /// - Parameters:
  ///   - longest: in bytes; nil: as long as the listener takes them.
  ///   - refuse: answers in place of `answer` when the body isn't collected. The rest of it is not waited for, so the connection ends.
  package func answer(
    _ request: Request, from source: String, upTo longest: Int? = nil,
    refuse: (BodyRefusal) async -> WireResponse, _ answer: (ByteBuffer) async -> WireResponse
  ) async throws -> Response {
    var counted = 0
    defer { if counted > 0 { _ = budget.hold(-counted, of: source) } }
    var body = ByteBuffer()
    do {
      for try await var part in request.body {
        try take(&part, into: &body, upTo: longest ?? self.longest, &counted, source)
      }
    } catch let refusal as BodyRefusal {
      var response = await refuse(refusal)
      response.add("connection", "close")
      return Response(response)
    }
    return Response(await answer(body))
  }

  private func take(
    _ part: inout ByteBuffer, into body: inout ByteBuffer, upTo longest: Int, _ counted: inout Int,
    _ source: String
  ) throws(BodyRefusal) {
    let count = body.readableBytes + part.readableBytes
    guard count <= longest else { throw .tooLong }
    if count > BodyBudget.free {
      guard budget.hold(count - counted, of: source) else { throw .tooMany }
      counted = count
    }
    if body.readableBytes == 0 { body = part } else { body.writeBuffer(&part) }
  }
}
