import NIOCore

// How answers leave: those of a turn together, and each after those that were asked for before it.
extension MessageHandler {
  /// Called by the queue in the order in which the answers were given; nil closes.
  func send(_ answer: [UInt8]?) {
    fastWaiting -= 1
    guard let context, !isEnding else { return }
    if let answer { hold(answer, context) } else { end(context) }
  }

  func turnEnded() {
    guard let context else { return }
    writeHeld(context)
    context.flush()
    goOn(context)
  }

  func sendLate(_ reply: MessageReply) {
    // What was answered before it leaves before it.
    if fastWaiting > 0 { queue?.end() }
    awaitsLate = false
    guard let context, !isEnding else { return }
    switch reply {
    case .close: end(context)
    case .answer(let answer):
      leave(answer, context)
      goOn(context)
    case .reversal(let answer, let asker):
      leave(answer, context)
      handOver(to: asker, context)
    }
  }

  private func leave(_ answer: [UInt8], _ context: ChannelHandlerContext) {
    hold(answer, context)
    writeHeld(context)
    context.flush()
  }

  /// Gives the connection to a handler that asks.
  private func handOver(to asker: any MessageAsker, _ context: ChannelHandlerContext) {
    // A peer that has said more, or goodbye, hasn't waited for its turn to answer.
    guard pending.readableBytes == 0, !isQuiescing else { return end(context) }
    let handler = AskingHandler(asker, limits: limits, connections: connections)
    do {
      try context.pipeline.syncOperations.addHandler(handler, position: .after(self))
    } catch {
      return context.hangUp()
    }
    if heldRead { context.read() }
    context.pipeline.syncOperations.removeHandler(self, promise: nil)
  }

  /// Keeps an answer until `writeHeld`, with room for those that come after it in the turn.
  private func hold(_ answer: [UInt8], _ context: ChannelHandlerContext) {
    if outgoing.readableBytes == 0 {
      let room = min(answer.count * (fastWaiting + 1), MessageHandler.room)
      outgoing = context.channel.allocator.buffer(capacity: max(answer.count, room))
    }
    outgoing.writeBytes(answer)
  }

  /// Bytes that are taken for several answers beforehand.
  private static let room = 1 << 16

  func writeHeld(_ context: ChannelHandlerContext) {
    guard outgoing.readableBytes > 0, !isEnding else { return }
    lastProgress = .now()
    let bytes = wrapOutboundOut(outgoing)
    outgoing = ByteBuffer()
    guard isDeaf else { return context.write(bytes, promise: nil) }
    // TLS hangs up at once when both sides have said goodbye: not before this has left.
    unsent += 1
    let (loop, bound) = (context.eventLoop, NIOLoopBound((self, context), eventLoop: context.eventLoop))
    context.write(bytes).whenComplete { _ in
      // TLS is in the middle of its work.
      loop.execute {
        let (handler, context) = bound.value
        handler.unsent -= 1
        handler.goOn(context)
      }
    }
  }
}
