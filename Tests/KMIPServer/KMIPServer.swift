import NIOCore
import NIOPosix
import NIOSSL

/// A KMIP server with nothing in it, on loopback and by TLS, until somebody ends it: for replaying test cases against the door. Whoever
/// connects is an administrator.
///
/// `kmip-tcp [PORT]` prints a line when it listens.
@main struct KMIPServer {
  static func main() async throws {
    let port = CommandLine.arguments.dropFirst().first.flatMap { Int($0) } ?? 5696
    let house = try await ServedHouse()
    let tls = try NIOSSLContext(configuration: try ThrowawayCertificate.configuration())
    let channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
      .serverChannelOption(ChannelOptions.socketOption(.so_reuseaddr), value: 1)
      .childChannelOption(ChannelOptions.tcpOption(.tcp_nodelay), value: 1)
      .childChannelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          try channel.pipeline.syncOperations.addHandler(NIOSSLServerHandler(context: tls))
          try channel.pipeline.syncOperations.addHandler(MessageHandler(house))
        }
      }
      .bind(host: "127.0.0.1", port: port).get()
    print("listening on 127.0.0.1:\(channel.localAddress?.port ?? port)")
    try await channel.closeFuture.get()
  }
}
