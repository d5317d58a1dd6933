import Glibc
import NIOCore
import NIOHTTP1
import NIOPosix
import NIOSSL

// The yardstick of vaults: a bare SwiftNIO HTTP/1 server over TLS on one event loop. It reads each request to its end and answers with a
// body of the given size. `vault-echo CERTIFICATE KEY BYTES` prints the port that it took on 127.0.0.1.

guard CommandLine.arguments.count == 4, let size = Int(CommandLine.arguments[3]), (0...1 << 20).contains(size)
else {
  print("usage: vault-echo CERTIFICATE KEY BYTES")
  exit(2)
}

let chain = try NIOSSLCertificate.fromPEMFile(CommandLine.arguments[1])
let key = try NIOSSLPrivateKey(file: CommandLine.arguments[2], format: .pem)
let tls = try NIOSSLContext(
  configuration: TLSConfiguration.makeServerConfiguration(
    certificateChain: chain.map { .certificate($0) }, privateKey: .privateKey(key)))

let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
let server = try await ServerBootstrap(group: group)
  .serverChannelOption(.backlog, value: 256)
  .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
  .childChannelInitializer { channel in
    channel.eventLoop.makeCompletedFuture {
      try channel.pipeline.syncOperations.addHandler(NIOSSLServerHandler(context: tls))
      try channel.pipeline.syncOperations.configureHTTPServerPipeline()
      try channel.pipeline.syncOperations.addHandler(EchoHandler(size: size))
    }
  }
  .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
  .bind(host: "127.0.0.1", port: 0).get()

print(server.localAddress?.port ?? 0)
fflush(nil)
try await server.closeFuture.get()
