package import HTTPTypes
package import NIOCore

/// A door's short way: hot operations answered at once on the connection's event loop. Whatever it doesn't take goes on to
/// the ordinary lane behind it, unchanged.
///
/// One value serves all connections of a listener.
package protocol FastLane: Sendable {
  /// What must be written down before an answer may leave.
  associatedtype Record: Sendable

  /// Whether a request with this head may be one of ours; cheap, and before the body is collected.
  func considers(_ head: HTTPRequest) -> Bool
  /// The answer, or nil for the ordinary lane. Never waits.
  func answer(_ request: FastRequest) -> FastAnswer<Record>?
  /// Writes down what one event-loop turn answered.
  /// - Throws: then none of those answers leaves.
  func commit(_ records: [Record]) throws
  /// What a caller gets whose record couldn't be written.
  func unrecorded(_ answer: FastAnswer<Record>) -> FastResponse
}

/// A whole request as it was received.
package struct FastRequest {
  package let head: HTTPRequest
  package let body: ByteBuffer
  package let connection: ConnectionFacts
}

/// What doesn't change while a connection lives.
package struct ConnectionFacts: Sendable {
  /// The peer's address without port; "unix" for a local socket.
  package let source: String
  package let isEncrypted: Bool

  package init(source: String, isEncrypted: Bool) {
    self.source = source
    self.isEncrypted = isEncrypted
  }

  /// A closed connection has no address any more: ask while it is open.
  private static func source(_ address: SocketAddress?) -> String {
    switch address {
    case .v4, .v6: address?.ipAddress ?? "unknown"
    case .unixDomainSocket: "unix"
    case nil: "unknown"
    }
  }

  package init(_ channel: any Channel, isEncrypted: Bool) {
    self.init(source: ConnectionFacts.source(channel.remoteAddress), isEncrypted: isEncrypted)
  }
}

package struct FastResponse: Sendable {
  package var head: HTTPResponse
  package let body: [UInt8]

  package init(head: HTTPResponse, body: [UInt8]) {
    self.head = head
    self.body = body
  }
}

package struct FastAnswer<Record: Sendable>: Sendable {
  package let response: FastResponse
  package let record: Record

  package init(_ response: FastResponse, record: Record) {
    self.response = response
    self.record = record
  }
}
