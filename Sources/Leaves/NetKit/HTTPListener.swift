package import Hummingbird
package import HummingbirdCore
import HummingbirdTLS
package import Logging
package import NIOCore
package import NIOSSL

/// One listening socket with its two lanes, as a service that drains on graceful shutdown.
package struct HTTPListener<Responder: HTTPResponder>: Sendable
where Responder.Context: InitializableFromSource<ApplicationRequestContextSource> {
  private let application: Application<Responder>

  /// - Parameter tls: nil for plain HTTP.
  /// - Parameter onListening: the bound port, 0 for a local socket.
  package init(
    _ address: BindAddress, tls: TLSConfiguration?, lane: any FastLane, responder: Responder,
    limits: HTTPLimits,
    group: any EventLoopGroup, logger: Logger, onListening: @escaping @Sendable (Int) async -> Void
  ) throws {
    let turns = Turns(lane)
    let isEncrypted = tls != nil
    let http1 = HTTPServerBuilder { responder in
      TwoLaneChannel(turns: turns, limits: limits, isEncrypted: isEncrypted, responder: responder)
    }
    let server = try tls.map { try HTTPServerBuilder.tls(http1, tlsConfiguration: $0) } ?? http1
    application = Application(
      responder: responder, server: server,
      configuration: ApplicationConfiguration(
        address: address, serverName: nil, backlog: 1024,
        availableConnectionsDelegate: MaximumAvailableConnections(limits.connections)),
      onServerRunning: { channel in await onListening(channel.localAddress?.port ?? 0) },
      eventLoopGroupProvider: .shared(group), logger: logger)
  }

  /// Serves until graceful shutdown; then requests under way are answered and connections closed.
  package func run() async throws { try await application.run() }
}
