import KMSBytes
import NIOCore
import NIOTLS

/// Sits between the socket (or TLS) and the HTTP parser of one connection. It cuts what arrives into whole plain requests,
/// answers those that its lane takes, and passes the others on.
///
/// HTTP/1.1 answers leave in the order of the requests. So while anything is under way in the ordinary lane, requests go
/// there too, and an ordinary answer never overtakes a fast one that still waits for its turn.
///
/// Only whole requests are passed on, so the HTTP parser stands at the end of a message whenever the next one is judged
/// here. From the first bytes that aren't a plain request on, everything on this connection goes to the ordinary lane.
///
/// It also closes the connection when no whole request arrives within the idle timeout and nothing is under way, which
/// ends slow and silent clients.
final class FastLaneHandler: ChannelDuplexHandler {
  typealias InboundIn = ByteBuffer
  typealias InboundOut = ByteBuffer
  typealias OutboundIn = ByteBuffer
  typealias OutboundOut = ByteBuffer

  /// How often the head of one request may arrive short before its bytes are the HTTP parser's: each time it is read from
  /// its start.
  private let patience = 16

  private let turns: PerLoop<Turn>
  private let limits: HTTPLimits
  private let reader: PlainRequestReader
  private let isEncrypted: Bool
  /// Bytes that have not been passed on: at most a request that isn't whole.
  private var pending = ByteBuffer()
  /// The head of the request in `pending`, when it has been read.
  private var head: PlainHead?
  private var shortReads = 0
  private var leavesAll = false
  private var hasPassedOn = false
  private var fastWaiting = 0
  /// Requests that the ordinary lane has begun to receive and not answered.
  private var ordinaryUnderWay = 0
  /// The ordinary lane has a head whose end hasn't come.
  private var ordinaryReceives = false
  private var isQuiescing = false
  /// An answer comes later: until then nothing more of this connection is looked at, read or passed on.
  private var awaitsLate = false
  private var heldRead = false
  private var heldEvents: [Any] = []
  /// Asked for with each request: the channel's own answer costs more.
  private var isWritable = true
  private var lastProgress = NIODeadline.now()
  private var idleTimer: Scheduled<Void>?
  private var context: ChannelHandlerContext?
  private var turn: Turn?
  private var facts: ConnectionFacts?

  init(_ turns: PerLoop<Turn>, limits: HTTPLimits, isEncrypted: Bool) {
    self.turns = turns
    self.limits = limits
    self.isEncrypted = isEncrypted
    reader = PlainRequestReader(limits)
  }

  func handlerAdded(context: ChannelHandlerContext) {
    self.context = context
    isWritable = context.channel.isWritable
    turn = turns.value(on: context.eventLoop)
    facts = ConnectionFacts(context.channel, isEncrypted: isEncrypted)
    scheduleIdleCheck(context, after: limits.idleTimeout)
  }

  func handlerRemoved(context: ChannelHandlerContext) {
    idleTimer?.cancel()
    idleTimer = nil
    self.context = nil
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    guard !leavesAll else {
      passOn(data, context)
      return
    }
    var bytes = unwrapInboundIn(data)
    if pending.readableBytes == 0 {
      pending = bytes
    } else {
      pending.writeBuffer(&bytes)
    }
    takeRequests(context)
  }

  private func takeRequests(_ context: ChannelHandlerContext) {
    while pending.readableBytes > 0, !leavesAll, !awaitsLate, takeRequest(context) {}
    if pending.readableBytes == 0 { pending = ByteBuffer() }
  }

  /// Takes the next whole request off the pending bytes; false when it hasn't come.
  private func takeRequest(_ context: ChannelHandlerContext) -> Bool {
    guard let head = head ?? readHead(context) else { return false }
    let length = head.length + head.bodyLength
    guard pending.readableBytes >= length else {
      self.head = head
      return false
    }
    self.head = nil
    shortReads = 0
    lastProgress = .now()
    // A peer that doesn't read its answers gets the lane that stops reading when the answers pile up.
    let taken = ordinaryUnderWay == 0 && isWritable ? answer(head) : .no
    switch taken {
    case .now:
      pending.moveReaderIndex(forwardBy: length)
      fastWaiting += 1
    case .later:
      pending.moveReaderIndex(forwardBy: length)
      awaitsLate = true
    case .no: if let request = pending.readSlice(length: length) { passOn(wrapInboundOut(request), context) }
    }
    return true
  }

  private func readHead(_ context: ChannelHandlerContext) -> PlainHead? {
    switch reader.read(pending.readableBytesUInt8Span) {
    case .head(let head) where head.bodyLength <= limits.fastBody: return head
    case .incomplete where shortReads < patience: shortReads += 1
    case .head, .incomplete, .foreign: leaveAll(context)
    }
    return nil
  }

  private func answer(_ head: PlainHead) -> Taken {
    guard let facts, let turn,
      let body = pending.getBytes(at: pending.readerIndex + head.length, length: head.bodyLength)
    else { return .no }
    return turn.answer(
      WireRequest(
        method: head.method, target: head.target, fields: head.fields, body: WipedBytes(body),
        connection: facts), for: self, mayComeLater: fastWaiting == 0)
  }

  private func leaveAll(_ context: ChannelHandlerContext) {
    leavesAll = true
    let rest = pending
    pending = ByteBuffer()
    head = nil
    if rest.readableBytes > 0 { passOn(wrapInboundOut(rest), context) }
  }

  private func passOn(_ data: NIOAny, _ context: ChannelHandlerContext) {
    hasPassedOn = true
    context.fireChannelRead(data)
  }

  func channelReadComplete(context: ChannelHandlerContext) {
    guard hasPassedOn else { return }
    hasPassedOn = false
    context.fireChannelReadComplete()
  }

  func channelWritabilityChanged(context: ChannelHandlerContext) {
    isWritable = context.channel.isWritable
    context.fireChannelWritabilityChanged()
  }

  func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
    if fastWaiting > 0 { turn?.end() }
    context.write(data, promise: promise)
  }

  /// While an answer is awaited the peer's further bytes stay with the kernel.
  func read(context: ChannelHandlerContext) {
    if awaitsLate { heldRead = true } else { context.read() }
  }

  /// A drain closes a connection once nothing is under way; the handlers behind this one don't know of fast requests.
  func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
    if case TLSUserEvent.handshakeCompleted = event { facts = facts?.completed(from: context.pipeline) }
    if event is ChannelShouldQuiesceEvent, isBusy {
      isQuiescing = true
      return
    }
    guard !awaitsLate else {
      heldEvents.append(event)
      return
    }
    if let event = event as? ChannelEvent, event == .inputClosed { leaveAll(context) }
    context.fireUserInboundEventTriggered(event)
  }

  private var isBusy: Bool { pending.readableBytes > 0 || fastWaiting > 0 || awaitsLate }

  /// Waiting for the peer: for the rest of a request, or for the next one while nothing is under way.
  private var isStalled: Bool {
    guard !awaitsLate else { return false }
    return pending.readableBytes > 0 || ordinaryReceives || (ordinaryUnderWay == 0 && fastWaiting == 0)
  }

  private func scheduleIdleCheck(_ context: ChannelHandlerContext, after delay: TimeAmount) {
    // It holds on to this handler until it fires or is cancelled. A weak reference would make every other one dearer.
    idleTimer = context.eventLoop.assumeIsolated().scheduleTask(in: delay) { self.checkIdle() }
  }

  private func checkIdle() {
    guard let context else { return }
    let deadline = lastProgress + limits.idleTimeout
    if isStalled, deadline <= .now() {
      context.close(promise: nil)
    } else {
      scheduleIdleCheck(context, after: max(deadline - .now(), .seconds(1)))
    }
  }
}

extension FastLaneHandler: TurnWaiter {
  func send(_ message: ByteBuffer) {
    fastWaiting -= 1
    guard let context else { return }
    lastProgress = .now()
    context.write(wrapOutboundOut(message), promise: nil)
  }

  func turnEnded() {
    guard let context else { return }
    context.flush()
    quiesceWhenIdle(context)
  }

  /// Goes on where the connection stood still.
  func sendLate(_ message: ByteBuffer) {
    awaitsLate = false
    guard let context else { return }
    lastProgress = .now()
    context.writeAndFlush(wrapOutboundOut(message), promise: nil)
    takeRequests(context)
    let events = heldEvents
    heldEvents = []
    for event in events { userInboundEventTriggered(context: context, event: event) }
    channelReadComplete(context: context)
    if heldRead, !awaitsLate {
      heldRead = false
      context.read()
    }
    quiesceWhenIdle(context)
  }

  private func quiesceWhenIdle(_ context: ChannelHandlerContext) {
    if isQuiescing, !isBusy {
      isQuiescing = false
      context.fireUserInboundEventTriggered(ChannelShouldQuiesceEvent())
    }
  }
}

extension FastLaneHandler: OrdinaryLaneWatcher {
  func requestBegan() {
    ordinaryUnderWay += 1
    ordinaryReceives = true
  }

  func requestReceived() {
    ordinaryReceives = false
    lastProgress = .now()
  }

  func requestAnswered() {
    ordinaryUnderWay -= 1
    lastProgress = .now()
  }
}

@available(*, unavailable)
extension FastLaneHandler: Sendable {}
