import NIOCore

/// Answers each message with the same bytes as soon as it is whole, and sends the answers once everything that arrived together was read.
final class MessageEcho: ChannelInboundHandler {
  typealias InboundIn = ByteBuffer
  typealias OutboundOut = ByteBuffer

  private static let head = 8
  private let answer: ByteBuffer
  private var pending = ByteBuffer()

  init(_ answer: ByteBuffer) { self.answer = answer }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    var bytes = unwrapInboundIn(data)
    if pending.readableBytes == 0 { pending = bytes } else { pending.writeBuffer(&bytes) }
    while let length = pending.getInteger(at: pending.readerIndex + 4, as: UInt32.self),
      pending.readSlice(length: MessageEcho.head + Int(length)) != nil
    {
      context.write(wrapOutboundOut(answer), promise: nil)
    }
  }

  func channelReadComplete(context: ChannelHandlerContext) { context.flush() }

  func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }
}
