import KMSBytes
import NIOCore

// What arrives, cut into messages, and who answers each.
extension MessageHandler {
  func takeMessages(_ context: ChannelHandlerContext) {
    var hasTaken = false
    while mayTake, takeMessage(context) { hasTaken = true }
    if hasTaken { lastProgress = .now() }
    // What hasn't come whole never will.
    if isDeaf, mayTake { pending = ByteBuffer() }
    if pending.readableBytes == 0 { pending = ByteBuffer() }
    // What waits for its turn is whole for all that is known.
    if mayTake, !unfinished.hold(pending.readableBytes) { context.hangUp() }
  }

  /// Takes the next whole message off the pending bytes; false when it hasn't come.
  private func takeMessage(_ context: ChannelHandlerContext) -> Bool {
    guard pending.readableBytes > 0 else { return false }
    switch TTLVFrame.read(pending, limit: limits.messageBytes) {
    case .incomplete: return false
    case .fault(let fault):
      refuse(fault, context)
      return false
    case .whole(let length):
      guard let bytes = pending.readBytes(length: length) else { return false }
      answer(WipedBytes(bytes), context)
      return true
    }
  }

  private func answer(_ message: WipedBytes, _ context: ChannelHandlerContext) {
    switch queue?.attempt(message, from: peer) {
    case .now(let answer):
      fastWaiting += 1
      queue?.wait(answer, for: self)
    case .later(let work):
      awaitLate(context) { reply in work { reply(MessageReply($0)) } }
    case .none:
      let (service, peer) = (service, peer)
      awaitLate(context) { reply in
        Task {
          let answer = await service.respond(to: message, from: peer)
          reply(answer)
        }
      }
    }
  }

  /// What comes after bytes that are no message is none either.
  private func refuse(_ fault: FramingFault, _ context: ChannelHandlerContext) {
    pending = ByteBuffer()
    isDeaf = true
    isQuiescing = true
    let (service, peer) = (service, peer)
    awaitLate(context) { reply in
      Task {
        let answer = await service.refuse(fault, from: peer)
        reply(MessageReply(answer))
      }
    }
  }

  private func awaitLate(
    _ context: ChannelHandlerContext, _ work: (@escaping @Sendable (MessageReply) -> Void) -> Void
  ) {
    awaitsLate = true
    connections.began()
    let (loop, connections) = (context.eventLoop, connections)
    let bound = NIOLoopBound(self, eventLoop: loop)
    work { answer in
      loop.execute {
        bound.value.sendLate(answer)
        connections.ended()
      }
    }
  }
}
