package import NIOCore

/// What an HTTP listener grants its peers.
package struct HTTPLimits: Sendable {
  /// All header fields of a request together, in bytes.
  package var headerBytes = 32 << 10
  package var headerFields = 64
  /// A body that the fast lane collects, in bytes; longer ones go to the ordinary lane.
  package var fastBody = 16 << 10
  /// A body that the ordinary lane collects, in bytes.
  package var body = 1 << 20
  /// What all such bodies hold together: one for all listeners of a server.
  package var bodyBudget = BodyBudget()
  /// How long a connection may take to deliver its next whole request.
  package var idleTimeout = TimeAmount.seconds(60)
  package var connections = 10_000

  package init() {}
}
