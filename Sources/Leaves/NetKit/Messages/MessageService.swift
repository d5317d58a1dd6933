package import KMSBytes

/// A door that answers whole messages of KMIP's binary form (TTLV) from peers that a certificate has proved.
///
/// One value serves all connections of a listener. Answers leave in the order of the requests of their connection: while one is
/// awaited, what the peer sent after it isn't looked at.
package protocol MessageService: Sendable {
  /// The short way of one event loop; called once for each.
  func turn() -> any MessageTurn
  /// The ordinary lane: whatever `MessageTurn.attempt` leaves.
  func respond(to message: WipedBytes, from peer: MessagePeer) async -> MessageReply
  /// What is said to a peer whose bytes can't be cut into messages, before its connection is closed; nil for nothing.
  func refuse(_ fault: FramingFault, from peer: MessagePeer) async -> [UInt8]?
}

/// The answers that one event loop gives while it goes once through its sockets, with what must be written down before they
/// may leave. Confined to its loop, and used for one turn after another.
package protocol MessageTurn: AnyObject {
  /// The answer, or nil for the ordinary lane. Never waits.
  func attempt(_ message: WipedBytes, from peer: MessagePeer) -> MessageAnswer?
  /// Writes down what was answered since the last call, and begins anew.
  /// - Returns: false when it couldn't be written: then none of those answers may leave.
  func commit() -> Bool
  /// What a peer gets whose answer couldn't be written down; nil to close its connection.
  func unrecorded() -> [UInt8]?
}

/// How the short way answers.
package enum MessageAnswer {
  /// At once, as soon as it is written down at the end of the turn.
  case now([UInt8])
  /// Off the event loop, because it takes its time: the work begins when it is called, and replies once, on any thread,
  /// after it has written that down; nil closes the connection. The connection waits for it.
  case later((_ reply: @escaping @Sendable ([UInt8]?) -> Void) -> Void)
}

/// What the ordinary lane makes of a message.
package enum MessageReply: Sendable {
  case answer([UInt8])
  /// Nothing is said any more: the connection closes, once the answers before have left.
  case close
  /// The last answer of this side: from then on it is the one that asks.
  case reversal([UInt8], any MessageAsker)
}

extension MessageReply {
  /// - Parameter answer: nil closes.
  init(_ answer: [UInt8]?) { self = answer.map { .answer($0) } ?? .close }
}

/// Asks the peer of a connection on which the roles have changed.
package protocol MessageAsker: Sendable {
  /// Called once, when the last answer has been written. The connection closes when this returns; when the connection ends before,
  /// the task is cancelled.
  func ask(over line: any MessageLine) async
}

/// The way to a peer that answers.
package protocol MessageLine: Sendable {
  /// Sends a request and waits for its answer, for as long as a peer may take for a message. One at a time.
  /// - Returns: nil when there will be no answer: the connection is over.
  func ask(_ message: [UInt8]) async -> WipedBytes?
}

/// Who is at the other end of a connection.
package struct MessagePeer: Hashable, Sendable {
  /// Whose private key the peer has proved to hold.
  package let certificate: CertificateFingerprint
  /// Its address without port.
  package let source: String

  package init(certificate: CertificateFingerprint, source: String) {
    self.certificate = certificate
    self.source = source
  }
}

/// Why bytes are no message.
package enum FramingFault: Hashable, Sendable {
  /// They don't begin like a request.
  case foreign
  /// It says that it is longer than may be: this many bytes, all in all.
  case tooLong(Int)
}

/// Says who may speak at all.
package protocol PeerGate: Sendable {
  /// Whether the holder of this certificate's private key may. Asked in each handshake; a refusal is the gate's to record.
  func admits(_ certificate: CertificateFingerprint, from source: String) async -> Bool
  /// Told of whoever was turned away for another reason.
  func turnedAway(_ reason: TurnedAway, from source: String) async
}

/// Why somebody was turned away before any message.
package enum TurnedAway: String, Sendable {
  /// It has no certificate, speaks no TLS that is taken here, or gave up.
  case handshakeFailed
  /// Its client has as many connections as it may.
  case tooManyConnectionsOfClient
  /// All together have.
  case tooManyConnections
}
