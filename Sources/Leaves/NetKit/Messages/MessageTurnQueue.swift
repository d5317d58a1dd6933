import KMSBytes
import NIOCore

/// The answers of one event loop that wait for their records: all that became ready while the loop went once through its
/// sockets are written down together and then leave together.
///
/// Confined to its event loop.
final class MessageTurnQueue {
  private struct Waiting {
    let answer: [UInt8]
    let handler: MessageHandler
  }

  private let lane: any MessageTurn
  private let loop: any EventLoop
  private var waiting: [Waiting] = []
  private var isScheduled = false

  init(_ lane: any MessageTurn, _ loop: any EventLoop) {
    self.lane = lane
    self.loop = loop
  }

  func attempt(_ message: WipedBytes, from peer: MessagePeer) -> MessageAnswer? {
    lane.attempt(message, from: peer)
  }

  /// Keeps an answer until the end of the turn.
  func wait(_ answer: [UInt8], for handler: MessageHandler) {
    waiting.append(Waiting(answer: answer, handler: handler))
    guard !isScheduled else { return }
    isScheduled = true
    // Tasks run after the loop has read from every ready socket: that is the end of the turn.
    loop.assumeIsolated().execute { self.end() }
  }

  /// Has the answers written down and sends them.
  func end() {
    isScheduled = false
    guard !waiting.isEmpty else { return }
    // Taken out first: a handler may add to the next turn while this one ends.
    let ended = waiting
    waiting = []
    waiting.reserveCapacity(ended.count)
    let isRecorded = lane.commit()
    let all = ended.span  // lends them, where a loop would copy each
    for index in all.indices {
      all[index].handler.send(isRecorded ? all[index].answer : lane.unrecorded())
    }
    for index in all.indices { all[index].handler.turnEnded() }
  }
}

@available(*, unavailable)
extension MessageTurnQueue: Sendable {}
