import Glibc
import NIOCore
import NIOHTTP1
import NIOPosix

// The yardstick: a bare SwiftNIO HTTP/1 server on one event loop. It reads each request to its end and answers with a
// body of the given size. `echo BYTES` prints the port that it took on 127.0.0.1.

guard CommandLine.arguments.count == 2, let size = Int(CommandLine.arguments[1]), (0...1 << 20).contains(size)
else {
  print("usage: echo BYTES")
  exit(2)
}

let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
let server = try await ServerBootstrap(group: group)
  .serverChannelOption(.backlog, value: 256)
  .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
  .childChannelInitializer { channel in
    channel.eventLoop.makeCompletedFuture {
      try channel.pipeline.syncOperations.configureHTTPServerPipeline()
      try channel.pipeline.syncOperations.addHandler(EchoHandler(size: size))
    }
  }
  .childChannelOption(.socketOption(.tcp_nodelay), value: 1)
  .bind(host: "127.0.0.1", port: 0).get()

print(server.localAddress?.port ?? 0)
fflush(nil)
try await server.closeFuture.get()
