package import NIOCore
import NIOPosix
package import NIOSSL
import ServiceLifecycle

/// A listening socket for messages over mutual TLS, as a service that drains on graceful shutdown.
///
/// Any certificate will do for TLS; whether its holder may speak is the gate's to say.
package struct MessageListener: Sendable {
  private let address: (host: String, port: Int)
  private let tls: NIOSSLContext
  private let service: any MessageService
  private let gate: any PeerGate
  private let limits: MessageLimits
  private let connections: MessageConnections
  private let group: any EventLoopGroup
  private let onListening: @Sendable (Int) async -> Void

  /// - Parameter tls: with the server's certificate; what it says of clients' certificates is left aside.
  /// - Parameter connections: made with the same limits.
  /// - Parameter onListening: the bound port.
  package init(
    host: String, port: Int, tls: TLSConfiguration, service: any MessageService, gate: any PeerGate,
    limits: MessageLimits, connections: MessageConnections, group: any EventLoopGroup,
    onListening: @escaping @Sendable (Int) async -> Void
  ) throws {
    address = (host, port)
    self.tls = try NIOSSLContext(configuration: tls.demandingCertificates)
    self.service = service
    self.gate = gate
    self.limits = limits
    self.connections = connections
    self.group = group
    self.onListening = onListening
  }

  /// Serves until graceful shutdown; then requests under way are answered and connections closed.
  package func run() async throws {
    let server = try await bootstrap.bind(host: address.host, port: address.port).get()
    await onListening(server.localAddress?.port ?? 0)
    try await withTaskCancellationHandler {
      try await serve(server)
    } onCancel: {
      server.close(promise: nil)
      connections.closeAll()
    }
  }

  private func serve(_ server: any Channel) async throws {
    try await withGracefulShutdownHandler {
      try await server.closeFuture.get()
    } onGracefulShutdown: {
      server.close(promise: nil)
    }
    await connections.drain()
  }

  private var bootstrap: ServerBootstrap {
    let turns = PerLoop { [service] loop in MessageTurnQueue(service.turn(), loop) }
    return ServerBootstrap(group: group)
      .serverChannelOption(.backlog, value: 1024)
      .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
      .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
      // A connection may be silent for long where this side asks: whether the peer is there is for the kernel to find out.
      .childChannelOption(.socketOption(.so_keepalive), value: 1)
      .childChannelOption(.allowRemoteHalfClosure, value: true)
      .childChannelInitializer { channel in
        channel.eventLoop.makeCompletedFuture { try setUp(channel, turns) }
      }
  }

  /// - Throws: when no further connection is taken; then it is closed.
  private func setUp(_ channel: any Channel, _ turns: PerLoop<MessageTurnQueue>) throws {
    let admission = PeerAdmission(gate, source: ConnectionFacts(channel, isEncrypted: true).source)
    guard connections.open(channel) else {
      admission.turnAway(.tooManyConnections)
      throw ChannelError.eof
    }
    let secured = NIOSSLServerHandler(context: tls) { admission.verify($0, $1) }
    let (service, limits, connections) = (service, limits, connections)
    let waiting = PeerHandler(admission, connections: connections, patience: limits.handshakeTimeout) {
      MessageHandler(for: $0, service, turns: turns, limits: limits, connections: connections)
    }
    try channel.pipeline.syncOperations.addHandlers([secured, waiting])
  }
}

extension TLSConfiguration {
  /// The same, where every client must have a certificate.
  fileprivate var demandingCertificates: TLSConfiguration {
    var tls = self
    tls.certificateVerification = .noHostnameVerification
    // Nobody is traced back to a root; without this the machine's own would be read.
    tls.trustRoots = .certificates([])
    tls.applicationProtocols = []
    return tls
  }
}
