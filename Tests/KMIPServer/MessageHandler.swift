import KMSBytes
import NIOCore
import WireKMIP

/// Finds messages in a stream of bytes and answers one after the other.
final class MessageHandler: ChannelInboundHandler {
  typealias InboundIn = ByteBuffer
  typealias OutboundOut = ByteBuffer

  private let house: ServedHouse
  private var received = ByteBuffer()
  private var isBusy = false

  init(_ house: ServedHouse) { self.house = house }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    var bytes = unwrapInboundIn(data)
    received.writeBuffer(&bytes)
    answerNext(context)
  }

  private func answerNext(_ context: ChannelHandlerContext) {
    guard !isBusy, let message = nextMessage(context) else { return }
    isBusy = true
    let promise = context.eventLoop.makePromise(of: [UInt8].self)
    let house = house
    promise.completeWithTask {
      await house.respond(to: WipedBytes(message)).withBytes { [UInt8](copying: $0) }
    }
    promise.futureResult.assumeIsolated().whenSuccess { answer in
      self.isBusy = false
      context.writeAndFlush(self.wrapOutboundOut(ByteBuffer(bytes: answer)), promise: nil)
      self.answerNext(context)
    }
  }

  /// nil while it isn't all there; what is no message ends the connection.
  private func nextMessage(_ context: ChannelHandlerContext) -> [UInt8]? {
    guard let head = received.getBytes(at: received.readerIndex, length: TTLVFrame.headerLength) else {
      return nil
    }
    guard let frame = try? TTLVFrame.read(head.span, limit: 1 << 20) else {
      context.close(promise: nil)
      return nil
    }
    return received.readBytes(length: frame.length)
  }
}
