import Glibc
import NIOCore
import NIOPosix
import NIOSSL

// The yardstick of KMIP: a bare SwiftNIO server over mutual TLS on one event loop. It reads each message to its end and answers with one of
// BYTES bytes. `kmip-echo CERTIFICATE KEY BYTES` prints the port that it took on 127.0.0.1. Any client's certificate will do.

guard CommandLine.arguments.count == 4, let size = Int(CommandLine.arguments[3]), let answer = filler(size)
else {
  print("usage: kmip-echo CERTIFICATE KEY BYTES")
  exit(2)
}

let chain = try NIOSSLCertificate.fromPEMFile(CommandLine.arguments[1])
let key = try NIOSSLPrivateKey(file: CommandLine.arguments[2], format: .pem)
var configuration = TLSConfiguration.makeServerConfiguration(
  certificateChain: chain.map { .certificate($0) }, privateKey: .privateKey(key))
configuration.certificateVerification = .noHostnameVerification
configuration.trustRoots = .certificates([])
let tls = try NIOSSLContext(configuration: configuration)

let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
let server = try await ServerBootstrap(group: group)
  .serverChannelOption(.backlog, value: 1024)
  .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
  .childChannelInitializer { channel in
    channel.eventLoop.makeCompletedFuture {
      let secured = NIOSSLServerHandler(context: tls) { _, promise in promise.succeed(.certificateVerified) }
      try channel.pipeline.syncOperations.addHandlers([secured, MessageEcho(answer)])
    }
  }
  .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
  .bind(host: "127.0.0.1", port: 0).get()

print(server.localAddress?.port ?? 0)
fflush(nil)
try await server.closeFuture.get()

/// An answer of that size whose only item says that it succeeded; nil for a size that none can have.
func filler(_ size: Int) -> ByteBuffer? {
  let heads = 40
  guard (heads...1 << 20).contains(size), size.isMultiple(of: 8) else { return nil }
  var answer = ByteBuffer()
  answer.writeItem(0x42_007b_01, length: size - 8)  // ResponseMessage
  answer.writeItem(0x42_000f_01, length: size - 16)  // BatchItem
  answer.writeItem(0x42_007f_05, length: 4)  // ResultStatus
  answer.writeInteger(0 as UInt64)
  answer.writeItem(0x42_00c2_08, length: size - heads)  // Data
  answer.writeRepeatingByte(0x78, count: size - heads)
  return answer
}

extension ByteBuffer {
  fileprivate mutating func writeItem(_ tagAndType: UInt32, length: Int) {
    writeInteger(tagAndType)
    writeInteger(UInt32(length))
  }
}
