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

  let service: any MessageService
  let turns: PerLoop<MessageTurnQueue>
  let limits: MessageLimits
  let connections: MessageConnections
  let peer: MessagePeer

  /// At most what one turn brought, and a message that isn't whole.
  var pending = ByteBuffer()
  /// Answers of the turn that is ending: they leave in one write, which costs TLS one record in place of one for each.
  var outgoing = ByteBuffer()
  var unfinished: UnfinishedBytes
  var fastWaiting = 0
  /// An answer comes later: until then nothing more of this connection is looked at or read.
  var awaitsLate = false
  /// Writes to a peer that says nothing more which haven't reached the kernel.
  var unsent = 0
  var heldRead = false
  var isWritable = true
  /// Nothing more comes from the peer, or nothing that is looked at.
  var isDeaf = false
  /// The connection ends once nothing is under way.
  var isQuiescing = false
  /// Nothing more is taken or written: what is written still leaves.
  var isEnding = false
  var lastProgress = NIODeadline.now()
  var timer: Scheduled<Void>?
  var context: ChannelHandlerContext?
  var queue: MessageTurnQueue?

  init(
    for peer: MessagePeer, _ service: any MessageService, turns: PerLoop<MessageTurnQueue>,
    limits: MessageLimits,
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
    queue = turns.value(on: context.eventLoop)
    scheduleCheck(context, after: tick)
  }

  func handlerRemoved(context: ChannelHandlerContext) {
    timer?.cancel()
    timer = nil
    self.context = nil
    dropPending()
  }

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

  // MARK: Backpressure

  /// While nothing is taken the peer's further bytes stay with the kernel.
  func read(context: ChannelHandlerContext) {
    if mayRead { context.read() } else { heldRead = true }
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

  // MARK: Where it stands

  var mayTake: Bool { !isEnding && !awaitsLate && isWritable && fastWaiting < limits.inFlight }

  private var mayRead: Bool { isEnding || mayTake }

  /// Goes on where the connection stood still.
  func goOn(_ context: ChannelHandlerContext) {
    guard !isEnding else { return }
    takeMessages(context)
    if heldRead, mayRead {
      heldRead = false
      context.read()
    }
    if isQuiescing, !isBusy { end(context) }
  }

  var isBusy: Bool {
    pending.readableBytes > 0 || fastWaiting > 0 || awaitsLate || unsent > 0
  }

  func dropPending() {
    pending = ByteBuffer()
    outgoing = ByteBuffer()
    _ = unfinished.hold(0)
  }
}

@available(*, unavailable)
extension MessageHandler: Sendable {}
