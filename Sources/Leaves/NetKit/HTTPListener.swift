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

  /// - Parameter tls: nil for plain HTTP. Clients may show a certificate, of whatever issuer: see `ConnectionFacts`.
  /// - Parameter onListening: the bound port, 0 for a local socket.
  package init(
    _ address: BindAddress, tls: TLSConfiguration?, lane: any FastLane, responder: Responder,
    limits: HTTPLimits,
    group: any EventLoopGroup, logger: Logger, onListening: @escaping @Sendable (Int) async -> Void
  ) throws {
    let turns = PerLoop { [lane] loop in Turn(lane.turn(), loop) }
    let isEncrypted = tls != nil
    let http1 = HTTPServerBuilder { responder in
      TwoLaneChannel(turns: turns, limits: limits, isEncrypted: isEncrypted, responder: responder)
    }
    let server = try tls.map { try HTTPServerBuilder.tls(http1, configuration: .acceptingCertificates($0)) }
    let builder = server ?? http1
    application = Application(
      responder: responder, server: builder,
      configuration: ApplicationConfiguration(
        address: address, serverName: nil, backlog: 1024,
        availableConnectionsDelegate: MaximumAvailableConnections(limits.connections)),
      onServerRunning: { channel in await onListening(channel.localAddress?.port ?? 0) },
      eventLoopGroupProvider: .shared(group), logger: logger)
  }

  /// Serves until graceful shutdown; then requests under way are answered and connections closed.
  package func run() async throws { try await application.run() }
}

extension TLSChannelConfiguration {
  /// Asks clients for a certificate and takes any, or none: that a client has the private key is all that is proved here.
  fileprivate static func acceptingCertificates(_ configuration: TLSConfiguration) -> TLSChannelConfiguration
  {
    var tls = configuration
    tls.certificateVerification = .optionalVerification
    // Nobody is traced back to a root; without this the machine's own would be read.
    tls.trustRoots = .certificates([])
    return TLSChannelConfiguration(
      tlsConfiguration: tls,
      customVerificationCallback: { _, promise in promise.succeed(.certificateVerified) })
  }
}
