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
  private let isEncrypted: Bool

  package init(_ door: AWSDoor, isEncrypted: Bool) {
    self.door = door
    self.isEncrypted = isEncrypted
  }

  package func respond(to request: Request, context: WireConnection) async throws -> Response {
    let facts = ConnectionFacts(source: context.source, isEncrypted: isEncrypted)
    let answer: WireResponse
    do {
      let body = try await request.body.collect(upTo: door.limits.body)
      answer = await door.respond(WireRequest(request.head, body: body, connection: facts))
    } catch is NIOTooManyBytesError {
      answer = await door.refuseOversized(request.head, facts)
    }
    return Response(answer)
  }
}

extension AWSError {
  static let oversized = AWSError(
    "RequestEntityTooLargeException", "Request entity too large", status: 413)
}

extension AWSDoor {
  /// A body above the listener's limit is refused unread, and recorded like any other refusal. The rest of it is not waited
  /// for, so the connection ends.
  func refuseOversized(_ head: HTTPRequest, _ connection: ConnectionFacts) async -> WireResponse {
    let received = ReceivedRequest(
      WireRequest(head, body: ByteBuffer(), connection: connection), requestIDs.next())
    let error = AWSError.oversized
    do throws(KMSError) {
      try await engine.reject(error.type, operation: "", as: nil, from: received.origin)
    } catch {
      return AWSResponse.failure(AWSError(error), received.origin.id)
    }
    var response = AWSResponse.failure(error, received.origin.id)
    response.add("connection", "close")
    return response
  }
}
