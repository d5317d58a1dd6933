import NIOCore
import NIOHTTP1

/// Answers every request with the same body once the request has come to its end.
final class EchoHandler: ChannelInboundHandler {
  typealias InboundIn = HTTPServerRequestPart
  typealias OutboundOut = HTTPServerResponsePart

  private let body: ByteBuffer
  private let head: HTTPResponseHead

  /// - Parameter contentType: what the answers call themselves, as those of the server that is measured do.
  init(contentType: String, size: Int) {
    body = ByteBuffer(repeating: UInt8(ascii: "x"), count: size)
    head = HTTPResponseHead(
      version: .http1_1, status: .ok,
      headers: ["Content-Type": contentType, "Content-Length": String(size)])
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    guard case .end = unwrapInboundIn(data) else { return }
    context.write(wrapOutboundOut(.head(head)), promise: nil)
    context.write(wrapOutboundOut(.body(.byteBuffer(body))), promise: nil)
    context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }
}
