import NIOCore

/// Somebody whose answers wait for the end of a turn.
protocol TurnWaiter: AnyObject {
  /// Sends the answer. Called in the order in which the answers were given.
  func send(_ message: ByteBuffer)
  /// The turn is over: flush.
  func turnEnded()
  /// Sends the answer that took its time.
  func sendLate(_ message: ByteBuffer)
}

/// What became of a request in the fast lane.
enum Taken {
  /// It is for the ordinary lane.
  case no
  /// Its answer leaves at the end of the turn.
  case now
  /// Its answer comes later, by `sendLate`.
  case later
}

/// The answers of one event loop that wait for their records: all that became ready while the loop went once through its
/// sockets are written down together and then leave together.
///
/// Confined to its event loop.
final class Turn {
  private struct Waiting {
    let message: ByteBuffer
    let waiter: any TurnWaiter
  }

  private let lane: any FastTurn
  private let loop: any EventLoop
  private let allocator = ByteBufferAllocator()
  private var waiting: [Waiting] = []
  private var isScheduled = false

  init(_ lane: any FastTurn, _ loop: any EventLoop) {
    self.lane = lane
    self.loop = loop
  }

  /// - Parameter mayComeLater: false where something on that connection is under way, which a late answer could overtake.
  func answer(_ request: WireRequest, for waiter: any TurnWaiter, mayComeLater: Bool) -> Taken {
    switch lane.answer(request) {
    case .none: return .no
    case .now(let response):
      wait(response, waiter)
      return .now
    case .later(let work):
      guard mayComeLater else { return .no }
      begin(work, waiter)
      return .later
    }
  }

  private func begin(
    _ work: (@escaping @Sendable (WireResponse) -> Void) -> Void, _ waiter: any TurnWaiter
  ) {
    let (loop, allocator) = (loop, allocator)
    let waiter = NIOLoopBound(waiter, eventLoop: loop)
    work { response in
      let message = response.message(allocator)
      loop.execute { waiter.value.sendLate(message) }
    }
  }

  private func wait(_ response: WireResponse, _ waiter: any TurnWaiter) {
    waiting.append(Waiting(message: response.message(allocator), waiter: waiter))
    if !isScheduled {
      isScheduled = true
      // Tasks run after the loop has read from every ready socket: that is the end of the turn.
      loop.assumeIsolated().execute { self.end() }
    }
  }

  /// Has the answers written down and sends them.
  func end() {
    isScheduled = false
    guard !waiting.isEmpty else { return }
    // Taken out first: a waiter may add to the next turn while this one ends.
    let ended = waiting
    waiting = []
    waiting.reserveCapacity(ended.count)
    let isRecorded = lane.commit()
    let all = ended.span  // lends them, where a loop would copy each
    for index in all.indices {
      all[index].waiter.send(isRecorded ? all[index].message : lane.unrecorded().message(allocator))
    }
    for index in all.indices { all[index].waiter.turnEnded() }
  }
}
