import KMSBytes
import NIOCore

/// One connection of a known peer: cuts what arrives into messages, has them answered in their order, and stops reading while
/// answers are awaited or not taken.
///
/// A message whose answer comes later holds up those behind it, whose bytes stay unread as far as possible. It also closes
/// connections that hang in a message, in taking answers, or in silence.
final class MessageHandler: ChannelDuplexHandler, RemovableChannelHandler {
  typealias InboundIn = ByteBuffer
  typealias OutboundIn = ByteBuffer
  typealias OutboundOut = ByteBuffer

  private let service: any MessageService
  private let turns: MessageTurns
  private let limits: MessageLimits
  private let connections: MessageConnections
  private let peer: MessagePeer

  /// At most what one turn brought, and a message that isn't whole.
  private var pending = ByteBuffer()
  /// Answers of the turn that is ending: they leave in one write, which costs TLS one record in place of one for each.
  private var outgoing = ByteBuffer()
  private var unfinished: UnfinishedBytes
  private var fastWaiting = 0
  /// An answer comes later: until then nothing more of this connection is looked at or read.
  private var awaitsLate = false
  /// Writes to a peer that says nothing more which haven't reached the kernel.
  private var unsent = 0
  private var heldRead = false
  private var isWritable = true
  /// Nothing more comes from the peer, or nothing that is looked at.
  private var isDeaf = false
  /// The connection ends once nothing is under way.
  private var isQuiescing = false
  /// Nothing more is taken or written: what is written still leaves.
  private var isEnding = false
  private var lastProgress = NIODeadline.now()
  private var timer: Scheduled<Void>?
  private var context: ChannelHandlerContext?
  private var queue: MessageTurnQueue?

  init(
    for peer: MessagePeer, _ service: any MessageService, turns: MessageTurns, limits: MessageLimits,
    connections: MessageConnections
  ) {
    self.peer = peer
    self.service = service
    self.turns = turns
    self.limits = limits
    self.connections = connections
    unfinished = UnfinishedBytes(of: peer.certificate, in: connections)
  }

  func handlerAdded(context: ChannelHandlerContext) {
    self.context = context
    isWritable = context.channel.isWritable
    queue = turns.queue(on: context.eventLoop)
    scheduleCheck(context, after: tick)
  }

  func handlerRemoved(context: ChannelHandlerContext) {
    timer?.cancel()
    timer = nil
    self.context = nil
    dropPending()
  }

  private func dropPending() {
    pending = ByteBuffer()
    outgoing = ByteBuffer()
    _ = unfinished.hold(0)
  }

  // MARK: Messages

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    guard !isEnding, !isDeaf else { return }
    var bytes = unwrapInboundIn(data)
    if pending.readableBytes == 0 {
      lastProgress = .now()
      pending = bytes
    } else {
      pending.writeBuffer(&bytes)
    }
    takeMessages(context)
  }

  private func takeMessages(_ context: ChannelHandlerContext) {
    var hasTaken = false
    while mayTake, takeMessage(context) { hasTaken = true }
    if hasTaken { lastProgress = .now() }
    // What hasn't come whole never will.
    if isDeaf, mayTake { pending = ByteBuffer() }
    if pending.readableBytes == 0 { pending = ByteBuffer() }
    // What waits for its turn is whole for all that is known.
    if mayTake, !unfinished.hold(pending.readableBytes) { context.hangUp() }
  }

  private var mayTake: Bool { !isEnding && !awaitsLate && isWritable && fastWaiting < limits.inFlight }

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

  // MARK: Answers

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

  private func sendLate(_ reply: MessageReply) {
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

  private func writeHeld(_ context: ChannelHandlerContext) {
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

  /// Goes on where the connection stood still.
  private func goOn(_ context: ChannelHandlerContext) {
    guard !isEnding else { return }
    takeMessages(context)
    if heldRead, mayRead {
      heldRead = false
      context.read()
    }
    if isQuiescing, !isBusy { end(context) }
  }

  private var isBusy: Bool {
    pending.readableBytes > 0 || fastWaiting > 0 || awaitsLate || unsent > 0
  }

  /// Closes after what was written.
  private func end(_ context: ChannelHandlerContext) {
    guard !isEnding else { return }
    writeHeld(context)
    isEnding = true
    lastProgress = .now()
    dropPending()
    context.flush()
    let goodbye = context.eventLoop.makePromise(of: Void.self)
    context.close(mode: .output, promise: goodbye)
    goodbye.futureResult.assumeIsolated().whenComplete { _ in self.awaitGoodbye() }
    if heldRead { context.read() }
  }

  /// All has left: whether the peer says goodbye too isn't waited for long.
  private func awaitGoodbye() {
    guard let context else { return }
    timer?.cancel()
    timer = context.eventLoop.assumeIsolated().scheduleTask(in: limits.goodbyeTimeout) {
      self.context?.hangUp()
    }
  }

  // MARK: Backpressure

  /// While nothing is taken the peer's further bytes stay with the kernel.
  func read(context: ChannelHandlerContext) {
    if mayRead { context.read() } else { heldRead = true }
  }

  private var mayRead: Bool { isEnding || mayTake }

  func channelWritabilityChanged(context: ChannelHandlerContext) {
    isWritable = context.channel.isWritable
    lastProgress = .now()
    if isWritable { goOn(context) }
    context.fireChannelWritabilityChanged()
  }

  // MARK: Ends

  func close(context: ChannelHandlerContext, mode: CloseMode, promise: EventLoopPromise<Void>?) {
    // What still arrives while TLS says goodbye is not for us.
    isEnding = true
    dropPending()
    context.close(mode: mode, promise: promise)
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) { context.hangUp() }

  func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
    switch event {
    case is ChannelShouldQuiesceEvent:
      isQuiescing = true
      if !isBusy { end(context) }
    // Both sides have said goodbye; TLS would wait for more.
    case ChannelEvent.inputClosed where isEnding: context.hangUp()
    case ChannelEvent.inputClosed:
      isDeaf = true
      isQuiescing = true
      goOn(context)
    default: context.fireUserInboundEventTriggered(event)
    }
  }

  private func scheduleCheck(_ context: ChannelHandlerContext, after delay: TimeAmount) {
    timer = context.eventLoop.assumeIsolated().scheduleTask(in: delay) { self.check() }
  }

  private func check() {
    guard let context else { return }
    let deadline = patience.map { lastProgress + $0 } ?? .distantFuture
    if deadline <= .now() {
      guard isSilent else { return context.hangUp() }
      end(context)
    }
    scheduleCheck(context, after: max(min(deadline - .now(), tick), .milliseconds(1)))
  }

  /// What a connection waits for can change at any time: it is looked at this often.
  private var tick: TimeAmount { min(limits.messageTimeout, limits.idleTimeout) }

  /// Nothing is under way, on either side.
  private var isSilent: Bool { !isEnding && isWritable && !isBusy }

  /// How long the connection may go on as it is; nil while it waits for this server.
  private var patience: TimeAmount? {
    if isSilent { return limits.idleTimeout }
    return !isEnding && isWritable && (awaitsLate || fastWaiting > 0) ? nil : limits.messageTimeout
  }
}

@available(*, unavailable)
extension MessageHandler: Sendable {}
