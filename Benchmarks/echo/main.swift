import Glibc
import NIOCore
import NIOHTTP1
import NIOPosix
import NIOSSL

// The yardstick of HTTP: a bare SwiftNIO HTTP/1 server on one event loop, over TLS if it gets a certificate. It reads each request to its
// end and answers with a body of the given size. `http-echo TYPE BYTES [CERTIFICATE KEY]` prints the port that it took on 127.0.0.1.

let words = Array(CommandLine.arguments.dropFirst())
guard words.count == 2 || words.count == 4, let size = Int(words[1]), (0...1 << 20).contains(size) else {
  print("usage: http-echo TYPE BYTES [CERTIFICATE KEY]")
  exit(2)
}
let contentType = words[0]
let tls = words.count == 4 ? try context(certificate: words[2], key: words[3]) : nil

let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
let server = try await ServerBootstrap(group: group)
  .serverChannelOption(.backlog, value: 256)
  .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
  .childChannelInitializer { channel in
    channel.eventLoop.makeCompletedFuture {
      let pipeline = channel.pipeline.syncOperations
      if let tls { try pipeline.addHandler(NIOSSLServerHandler(context: tls)) }
      try pipeline.configureHTTPServerPipeline()
      try pipeline.addHandler(EchoHandler(contentType: contentType, size: size))
    }
  }
  .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
  .bind(host: "127.0.0.1", port: 0).get()

print(server.localAddress?.port ?? 0)
fflush(nil)
try await server.closeFuture.get()

func context(certificate: String, key: String) throws -> NIOSSLContext {
  let chain = try NIOSSLCertificate.fromPEMFile(certificate)
  return try NIOSSLContext(
    configuration: TLSConfiguration.makeServerConfiguration(
      certificateChain: chain.map { .certificate($0) },
      privateKey: .privateKey(try NIOSSLPrivateKey(file: key, format: .pem))))
}
