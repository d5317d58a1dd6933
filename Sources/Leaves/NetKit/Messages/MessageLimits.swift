package import NIOCore

/// What a listener of messages grants its peers.
package struct MessageLimits: Sendable {
  /// A whole message with its header, in bytes.
  package var messageBytes = 1 << 20
  /// Answers of one connection that may wait for the end of a turn.
  package var inFlight = 64
  package var connections = 10_000
  /// Those of them that haven't proved yet who they are: strangers can't take all. Beyond, the oldest make room.
  package var handshakes = 1000
  package var connectionsOfClient = 1000
  /// Of messages that haven't come whole, for each client and in all; small ones don't count.
  package var unfinishedBytesOfClient = 64 << 20
  package var unfinishedBytes = 256 << 20
  package var handshakeTimeout = TimeAmount.seconds(10)
  /// How long a peer may take for the rest of a message that it has begun, or to take the answers that wait for it.
  package var messageTimeout = TimeAmount.seconds(30)
  /// How long a peer may take to say goodbye, once it has been said to it.
  package var goodbyeTimeout = TimeAmount.seconds(3)
  /// How long a connection may be silent.
  package var idleTimeout = TimeAmount.seconds(600)

  package init() {}
}
