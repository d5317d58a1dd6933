import HTTPTypes
package import Hummingbird
import KMSDomain
import KMSEngine
import NIOCore
package import NetKit

/// The ordinary lane's end: collects the body and lets the door answer.
package struct AWSResponder: HTTPResponder {
  package typealias Context = WireConnection

  private let door: AWSDoor
  private let bodies: Bodies
  private let isEncrypted: Bool

  package init(_ door: AWSDoor, isEncrypted: Bool) {
    self.door = door
    bodies = Bodies(door.limits)
    self.isEncrypted = isEncrypted
  }

  package func respond(to request: Request, context: WireConnection) async throws -> Response {
    let facts = ConnectionFacts(source: context.source, isEncrypted: isEncrypted)
    return try await bodies.answer(
      request, from: context.source, refuse: { await door.refuse($0, request.head, facts) }
    ) { await door.respond(WireRequest(request.head, body: $0, connection: facts)) }
  }
}

extension AWSError {
  static let oversized = AWSError(
    "RequestEntityTooLargeException", "Request entity too large", status: 413)
}

extension AWSDoor {
  /// A body that the listener doesn't take is refused unread, and recorded like any other refusal.
  func refuse(_ refusal: BodyRefusal, _ head: HTTPRequest, _ connection: ConnectionFacts) async
    -> WireResponse
  {
    let received = ReceivedRequest(
      WireRequest(head, body: ByteBuffer(), connection: connection), requestIDs.next())
    let error: AWSError =
      switch refusal {
      case .tooLong: .oversized
      case .tooMany: .throttled
      }
    do throws(KMSError) {
      try await engine.reject(error.type, operation: "", as: nil, from: received.origin)
    } catch {
      return AWSResponse.failure(AWSError(error), received.origin.id)
    }
    return AWSResponse.failure(error, received.origin.id)
  }
}
