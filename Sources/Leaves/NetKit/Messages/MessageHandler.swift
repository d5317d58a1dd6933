import KMSBytes
import NIOCore
import NIOSSL
import NIOTLS

/// One connection behind TLS: cuts what arrives into messages, has them answered in their order, and stops reading while answers
/// are awaited or not taken.
///
/// A message whose answer comes later holds up those behind it, whose bytes stay unread as far as possible. It also closes
/// connections that hang in their handshake, in a message, in taking answers, or in silence.
final class MessageHandler: ChannelDuplexHandler {
  typealias InboundIn = ByteBuffer
  typealias OutboundIn = ByteBuffer
  typealias OutboundOut = ByteBuffer

  /// What keeps the timer awake.
  private enum Stage {
    case handshaking
    /// The handshake resumed an earlier session, so that the gate wasn't asked in it; it is now.
    case asking
    case open(MessagePeer)
    /// Nothing more is taken: what is written still leaves.
    case ending
  }

  private let service: any MessageService
  private let turns: MessageTurns
  private let limits: MessageLimits
  private let connections: MessageConnections
  private let admission: PeerAdmission

  private var stage = Stage.handshaking
  /// At most what one turn brought, and a message that isn't whole.
  private var pending = ByteBuffer()
  private var fastWaiting = 0
  /// An answer comes later: until then nothing more of this connection is looked at or read.
  private var awaitsLate = false
  /// Answers to a peer that says nothing more which haven't reached the kernel.
  private var unsent = 0
  private var heldRead = false
  private var isWritable = true
  /// Nothing more comes from the peer, or nothing that is looked at.
  private var isDeaf = false
  /// The connection ends once nothing is under way.
  private var isQuiescing = false
  private var lastProgress = NIODeadline.now()
  private var timer: Scheduled<Void>?
  private var context: ChannelHandlerContext?
  private var queue: MessageTurnQueue?

  init(
    _ service: any MessageService, turns: MessageTurns, limits: MessageLimits,
    connections: MessageConnections, admission: PeerAdmission
  ) {
    self.service = service
    self.turns = turns
    self.limits = limits
    self.connections = connections
    self.admission = admission
  }

  func handlerAdded(context: ChannelHandlerContext) {
    self.context = context
    isWritable = context.channel.isWritable
    queue = turns.queue(on: context.eventLoop)
    scheduleCheck(context, after: limits.handshakeTimeout)
  }

  func handlerRemoved(context: ChannelHandlerContext) {
    timer?.cancel()
    timer = nil
    self.context = nil
    pending = ByteBuffer()
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
    while case .open(let peer) = stage, mayTake, takeMessage(from: peer, context) {}
    // What hasn't come whole never will.
    if isDeaf, mayTake { pending = ByteBuffer() }
    if pending.readableBytes == 0 { pending = ByteBuffer() }
  }

  private var mayTake: Bool { !awaitsLate && isWritable && fastWaiting < limits.inFlight }

  /// Takes the next whole message off the pending bytes; false when it hasn't come.
  private func takeMessage(from peer: MessagePeer, _ context: ChannelHandlerContext) -> Bool {
    guard pending.readableBytes > 0 else { return false }
    switch TTLVFrame.read(pending, limit: limits.messageBytes) {
    case .incomplete: return false
    case .fault(let fault):
      refuse(fault, peer, context)
      return false
    case .whole(let length):
      guard let bytes = pending.readBytes(length: length) else { return false }
      lastProgress = .now()
      answer(WipedBytes(bytes), from: peer, context)
      return true
    }
  }

  private func answer(_ message: WipedBytes, from peer: MessagePeer, _ context: ChannelHandlerContext) {
    switch queue?.attempt(message, from: peer) {
    case .now(let answer):
      fastWaiting += 1
      queue?.wait(answer, for: self)
    case .later(let work): awaitLate(context) { work($0) }
    case .none:
      let service = service
      awaitLate(context) { reply in
        Task {
          let answer = await service.respond(to: message, from: peer)
          reply(answer)
        }
      }
    }
  }

  /// What comes after bytes that are no message is none either.
  private func refuse(_ fault: FramingFault, _ peer: MessagePeer, _ context: ChannelHandlerContext) {
    pending = ByteBuffer()
    isDeaf = true
    isQuiescing = true
    let service = service
    awaitLate(context) { reply in
      Task {
        let answer = await service.refuse(fault, from: peer)
        reply(answer)
      }
    }
  }

  private func awaitLate(
    _ context: ChannelHandlerContext, _ work: (@escaping @Sendable ([UInt8]?) -> Void) -> Void
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
    lastProgress = .now()
    if let answer { write(answer, context) } else { end(context) }
  }

  func turnEnded() {
    guard let context else { return }
    context.flush()
    goOn(context)
  }

  private func sendLate(_ answer: [UInt8]?) {
    // What was answered before it leaves before it.
    if fastWaiting > 0 { queue?.end() }
    awaitsLate = false
    guard let context, !isEnding else { return }
    lastProgress = .now()
    guard let answer else { return end(context) }
    write(answer, context)
    context.flush()
    goOn(context)
  }

  private func write(_ answer: [UInt8], _ context: ChannelHandlerContext) {
    let bytes = wrapOutboundOut(context.channel.allocator.buffer(bytes: answer))
    guard isDeaf else { return context.write(bytes, promise: nil) }
    // TLS hangs up at once when both sides have said goodbye: not before this has left.
    unsent += 1
    let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
    context.write(bytes).whenComplete { _ in
      let (handler, context) = bound.value
      handler.unsent -= 1
      handler.goOn(context)
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

  private var isEnding: Bool {
    if case .ending = stage { true } else { false }
  }

  /// Closes after what was written.
  private func end(_ context: ChannelHandlerContext) {
    guard !isEnding else { return }
    stage = .ending
    lastProgress = .now()
    pending = ByteBuffer()
    context.flush()
    context.close(mode: .output, promise: nil)
  }

  // MARK: Backpressure

  /// While nothing is taken the peer's further bytes stay with the kernel.
  func read(context: ChannelHandlerContext) {
    if mayRead { context.read() } else { heldRead = true }
  }

  private var mayRead: Bool {
    switch stage {
    case .handshaking, .ending: true
    case .asking: false
    case .open: mayTake
    }
  }

  func channelWritabilityChanged(context: ChannelHandlerContext) {
    isWritable = context.channel.isWritable
    lastProgress = .now()
    if isWritable { goOn(context) }
    context.fireChannelWritabilityChanged()
  }

  // MARK: Ends

  func close(context: ChannelHandlerContext, mode: CloseMode, promise: EventLoopPromise<Void>?) {
    // What still arrives while TLS says goodbye is not for us.
    stage = .ending
    pending = ByteBuffer()
    context.close(mode: mode, promise: promise)
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    if case .handshaking = stage, !admission.isRefused, !MessageHandler.isFarewell(error) {
      admission.turnAway(.handshakeFailed)
    }
    context.close(promise: nil)
  }

  /// A peer that leaves in the middle has tried nothing that should be written down.
  private static func isFarewell(_ error: any Error) -> Bool {
    switch error {
    case NIOSSLError.handshakeFailed(.sslError(let stack)): stack == [.eofDuringHandshake]
    case NIOSSLError.handshakeFailed: false
    default: true
    }
  }

  func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
    switch event {
    case TLSUserEvent.handshakeCompleted: shookHands(context)
    case is ChannelShouldQuiesceEvent: quiesce(context)
    case ChannelEvent.inputClosed where isEnding:
      // Both sides have said goodbye; TLS would wait for more.
      try? context.pipeline.syncOperations.context(handlerType: NIOSSLServerHandler.self).close(promise: nil)
    case ChannelEvent.inputClosed:
      isDeaf = true
      isQuiescing = true
      goOn(context)
    default: context.fireUserInboundEventTriggered(event)
    }
  }

  private func quiesce(_ context: ChannelHandlerContext) {
    isQuiescing = true
    if case .open = stage, isBusy { return }
    end(context)
  }

  private func scheduleCheck(_ context: ChannelHandlerContext, after delay: TimeAmount) {
    timer = context.eventLoop.assumeIsolated().scheduleTask(in: delay) { self.check() }
  }

  private func check() {
    guard let context else { return }
    let deadline = patience.map { lastProgress + $0 } ?? .distantFuture
    guard deadline > .now() else {
      context.close(promise: nil)
      return
    }
    scheduleCheck(context, after: max(min(deadline - .now(), tick), .milliseconds(1)))
  }

  /// What a connection waits for can change at any time: it is looked at this often.
  private var tick: TimeAmount {
    min(limits.handshakeTimeout, min(limits.messageTimeout, limits.idleTimeout))
  }

  /// How long the connection may go on as it is; nil while it waits for this server.
  private var patience: TimeAmount? {
    switch stage {
    case .handshaking, .asking: return limits.handshakeTimeout
    case .ending: return limits.messageTimeout
    case .open:
      if !isWritable { return limits.messageTimeout }
      if awaitsLate || fastWaiting > 0 { return nil }
      return pending.readableBytes > 0 ? limits.messageTimeout : limits.idleTimeout
    }
  }
}

// MARK: - Who it is

extension MessageHandler {
  private func shookHands(_ context: ChannelHandlerContext) {
    if let certificate = admission.admitted { return welcome(certificate, context) }
    let found = try? context.pipeline.syncOperations.nioSSL_peerCertificate()
    guard let certificate = found.flatMap({ CertificateFingerprint(of: $0) }) else {
      admission.turnAway(.handshakeFailed)
      return end(context)
    }
    stage = .asking
    let bound = NIOLoopBound(self, eventLoop: context.eventLoop)
    admission.ask(certificate, on: context.eventLoop) { isAdmitted in
      let handler = bound.value
      guard let context = handler.context, case .asking = handler.stage else { return }
      if isAdmitted { handler.welcome(certificate, context) } else { handler.end(context) }
    }
  }

  private func welcome(_ certificate: CertificateFingerprint, _ context: ChannelHandlerContext) {
    guard connections.admit(context.channel, as: certificate) else {
      admission.turnAway(.tooManyConnectionsOfClient)
      return end(context)
    }
    stage = .open(MessagePeer(certificate: certificate, source: admission.source))
    lastProgress = .now()
    timer?.cancel()
    scheduleCheck(context, after: tick)
    goOn(context)
  }
}

@available(*, unavailable)
extension MessageHandler: Sendable {}
