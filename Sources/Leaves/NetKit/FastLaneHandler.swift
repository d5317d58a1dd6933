import HTTPTypes
package import NIOCore
package import NIOHTTPTypes

/// Sits between the HTTP parser and the ordinary lane of one connection. Collects a request that the lane considers, and
/// either answers it or passes it on.
///
/// HTTP/1.1 answers leave in the order of the requests. So while anything is under way in the ordinary lane, requests go
/// there too, and an ordinary answer never overtakes a fast one that still waits for its turn.
///
/// It also closes the connection when no whole request arrives within the idle timeout and nothing is under way, which
/// ends slow and silent clients.
package final class FastLaneHandler<Lane: FastLane>: ChannelDuplexHandler, RemovableChannelHandler {
  package typealias InboundIn = HTTPRequestPart
  package typealias InboundOut = HTTPRequestPart
  package typealias OutboundIn = HTTPResponsePart
  package typealias OutboundOut = HTTPResponsePart

  private enum Collecting {
    /// Between requests.
    case nothing
    /// A request that the lane considers.
    case fast(HTTPRequest, ByteBuffer)
    /// A request that goes to the ordinary lane part by part.
    case ordinary
  }

  private let lane: Lane
  private let turns: Turns<Lane>
  private let limits: HTTPLimits
  private let isEncrypted: Bool
  private var collecting = Collecting.nothing
  private var ordinaryUnderWay = 0
  private var fastWaiting = 0
  private var isQuiescing = false
  private var lastProgress = NIODeadline.now()
  private var idleTimer: Scheduled<Void>?
  private var context: ChannelHandlerContext?
  private var turn: Turn<Lane>?
  private var facts: ConnectionFacts?

  package init(_ lane: Lane, turns: Turns<Lane>, limits: HTTPLimits, isEncrypted: Bool) {
    self.lane = lane
    self.turns = turns
    self.limits = limits
    self.isEncrypted = isEncrypted
  }

  package func handlerAdded(context: ChannelHandlerContext) {
    self.context = context
    turn = turns.turn(on: context.eventLoop)
    facts = ConnectionFacts(context.channel, isEncrypted: isEncrypted)
    scheduleIdleCheck(context, after: limits.idleTimeout)
  }

  package func handlerRemoved(context: ChannelHandlerContext) {
    idleTimer?.cancel()
    idleTimer = nil
    self.context = nil
  }

  package func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    switch unwrapInboundIn(data) {
    case .head(let head): begin(head, context)
    case .body(let bytes): append(bytes, data, context)
    case .end: finish(data, context)
    }
  }

  private func begin(_ head: HTTPRequest, _ context: ChannelHandlerContext) {
    // A peer that doesn't read its answers gets the lane that stops reading when the answers pile up.
    if ordinaryUnderWay == 0, context.channel.isWritable, lane.considers(head),
      let length = declaredLength(head),
      length <= limits.fastBody
    {
      collecting = .fast(head, context.channel.allocator.buffer(capacity: length))
    } else {
      collecting = .ordinary
      ordinaryUnderWay += 1
      context.fireChannelRead(wrapInboundOut(.head(head)))
    }
  }

  private func declaredLength(_ head: HTTPRequest) -> Int? {
    guard let length = head.headerFields[.contentLength].flatMap({ Int($0) }), length >= 0 else { return nil }
    return length
  }

  private func append(_ bytes: ByteBuffer, _ data: NIOAny, _ context: ChannelHandlerContext) {
    guard case .fast(let head, var body) = collecting else {
      context.fireChannelRead(data)
      return
    }
    collecting = .nothing  // so that `body` has one owner and grows in place
    if body.readableBytes == 0 {
      body = bytes
    } else {
      var more = bytes
      body.writeBuffer(&more)
    }
    collecting = .fast(head, body)
  }

  private func finish(_ data: NIOAny, _ context: ChannelHandlerContext) {
    lastProgress = .now()
    guard case .fast(let head, let body) = collecting else {
      collecting = .nothing
      context.fireChannelRead(data)
      return
    }
    collecting = .nothing
    if let facts, let turn, let answer = lane.answer(FastRequest(head: head, body: body, connection: facts)) {
      fastWaiting += 1
      turn.add(answer, for: self)
    } else {
      ordinaryUnderWay += 1
      context.fireChannelRead(wrapInboundOut(.head(head)))
      if body.readableBytes > 0 { context.fireChannelRead(wrapInboundOut(.body(body))) }
      context.fireChannelRead(data)
    }
  }

  package func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
    if fastWaiting > 0 { turn?.end() }
    if case .end = unwrapOutboundIn(data) {
      ordinaryUnderWay -= 1
      lastProgress = .now()
    }
    context.write(data, promise: promise)
  }

  /// A drain closes a connection once nothing is under way; the handlers behind this one don't know of fast requests.
  package func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
    if event is ChannelShouldQuiesceEvent, isBusy {
      isQuiescing = true
      return
    }
    context.fireUserInboundEventTriggered(event)
  }

  private var isBusy: Bool {
    if case .fast = collecting { return true }
    return fastWaiting > 0
  }

  /// Waiting for the peer: for the rest of a request, or for the next one while nothing is under way.
  private var isStalled: Bool {
    switch collecting {
    case .fast, .ordinary: true
    case .nothing: ordinaryUnderWay == 0 && fastWaiting == 0
    }
  }

  private func scheduleIdleCheck(_ context: ChannelHandlerContext, after delay: TimeAmount) {
    idleTimer = context.eventLoop.assumeIsolated().scheduleTask(in: delay) { [weak self] in
      self?.checkIdle()
    }
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
  func send(_ response: FastResponse) {
    fastWaiting -= 1
    guard let context else { return }
    lastProgress = .now()
    context.write(wrapOutboundOut(.head(response.head)), promise: nil)
    context.write(wrapOutboundOut(.body(ByteBuffer(bytes: response.body))), promise: nil)
    context.write(wrapOutboundOut(.end(nil)), promise: nil)
  }

  func turnEnded() {
    guard let context else { return }
    context.flush()
    if isQuiescing, !isBusy {
      isQuiescing = false
      context.fireUserInboundEventTriggered(ChannelShouldQuiesceEvent())
    }
  }
}

@available(*, unavailable)
extension FastLaneHandler: Sendable {}
