import NIOCore

// How a connection ends: after what was written, or because nothing goes on.
extension MessageHandler {
  /// Closes after what was written.
  func end(_ context: ChannelHandlerContext) {
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

  func scheduleCheck(_ context: ChannelHandlerContext, after delay: TimeAmount) {
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
  var tick: TimeAmount { min(limits.messageTimeout, limits.idleTimeout) }

  /// Nothing is under way, on either side.
  private var isSilent: Bool { !isEnding && isWritable && !isBusy }

  /// How long the connection may go on as it is; nil while it waits for this server.
  private var patience: TimeAmount? {
    if isSilent { return limits.idleTimeout }
    return !isEnding && isWritable && (awaitsLate || fastWaiting > 0) ? nil : limits.messageTimeout
  }
}
