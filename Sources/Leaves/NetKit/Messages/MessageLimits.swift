package import NIOCore

/// What a listener of messages grants its peers.
package struct MessageLimits: Sendable {
  /// A whole message with its header, in bytes.
  package var messageBytes = 1 << 20
  /// Answers of one connection that may wait for the end of a turn.
  package var inFlight = 64
  package var connections = 10_000
  /// Those of them that haven't proved yet who they are: strangers can't take all.
  package var handshakes = 1000
  package var connectionsOfClient = 1000
  package var handshakeTimeout = TimeAmount.seconds(10)
  /// How long a peer may take for the rest of a message that it has begun, or to take the answers that wait for it.
  package var messageTimeout = TimeAmount.seconds(30)
  /// How long a connection may be silent.
  package var idleTimeout = TimeAmount.seconds(600)

  package init() {}
}
