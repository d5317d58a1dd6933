import KMSBytes
import NIOCore

/// One connection on which this side asks: sends the asker's requests, one at a time, and brings back their answers.
///
/// A peer that speaks without being asked, takes too long for an answer, or leaves, ends the connection. In silence it may go on for as
/// long as the asker has nothing to say.
final class AskingHandler: ChannelInboundHandler {
  typealias InboundIn = ByteBuffer
  typealias OutboundOut = ByteBuffer

  private let asker: any MessageAsker
  private let limits: MessageLimits
  private let connections: MessageConnections

  /// What waits for the answer to the request under way.
  private var waiting: CheckedContinuation<WipedBytes?, Never>?
  /// An answer that isn't whole yet.
  private var pending = ByteBuffer()
  private var timer: Scheduled<Void>?
  private var task: Task<Void, Never>?
  private var context: ChannelHandlerContext?

  init(_ asker: any MessageAsker, limits: MessageLimits, connections: MessageConnections) {
    self.asker = asker
    self.limits = limits
    self.connections = connections
  }

  func handlerAdded(context: ChannelHandlerContext) {
    self.context = context
    connections.began()
    let (asker, connections) = (asker, connections)
    let line = AskingLine(self, on: context.eventLoop)
    task = Task {
      await asker.ask(over: line)
      line.close()
      connections.ended()
    }
  }

  func handlerRemoved(context: ChannelHandlerContext) { isOver() }

  func channelInactive(context: ChannelHandlerContext) {
    isOver()
    context.fireChannelInactive()
  }

  private func isOver() {
    context = nil
    pending = ByteBuffer()
    task?.cancel()
    bring(nil)
  }

  // MARK: Questions and answers

  fileprivate func ask(_ message: [UInt8], _ continuation: CheckedContinuation<WipedBytes?, Never>) {
    // One that asks while another waits has lost count: nobody could tell whose the answer is.
    guard let context, waiting == nil else { return continuation.resume(returning: nil) }
    waiting = continuation
    timer = context.eventLoop.assumeIsolated().scheduleTask(in: limits.messageTimeout) {
      self.context?.hangUp()
    }
    context.writeAndFlush(wrapOutboundOut(context.channel.allocator.buffer(bytes: message)), promise: nil)
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    guard self.context != nil else { return }
    var bytes = unwrapInboundIn(data)
    guard waiting != nil else { return close() }
    pending.writeBuffer(&bytes)
    switch TTLVFrame.read(pending, as: .response, limit: limits.messageBytes) {
    case .incomplete: return
    case .fault: close()
    case .whole(let length):
      // What stands behind it answers nothing.
      guard pending.readableBytes == length, let answer = pending.readBytes(length: length) else {
        return close()
      }
      pending = ByteBuffer()
      bring(WipedBytes(answer))
    }
  }

  private func bring(_ answer: WipedBytes?) {
    timer?.cancel()
    timer = nil
    let waiting = waiting
    self.waiting = nil
    waiting?.resume(returning: answer)
  }

  // MARK: Ends

  fileprivate func close() {
    guard let context else { return }
    isOver()
    context.close(promise: nil)
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) { context.hangUp() }

  func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
    switch event {
    // Whoever can't answer any more, or isn't to be asked any more.
    case ChannelEvent.inputClosed: context.hangUp()
    case is ChannelShouldQuiesceEvent: close()
    default: context.fireUserInboundEventTriggered(event)
    }
  }
}

/// The handler, for a task that isn't on its loop.
private struct AskingLine: MessageLine {
  private let loop: any EventLoop
  private let handler: NIOLoopBound<AskingHandler>

  init(_ handler: AskingHandler, on loop: any EventLoop) {
    self.loop = loop
    self.handler = NIOLoopBound(handler, eventLoop: loop)
  }

  func ask(_ message: [UInt8]) async -> WipedBytes? {
    await withCheckedContinuation { continuation in
      loop.execute { handler.value.ask(message, continuation) }
    }
  }

  func close() { loop.execute { handler.value.close() } }
}

@available(*, unavailable)
extension AskingHandler: Sendable {}
