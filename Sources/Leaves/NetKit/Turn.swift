import NIOCore
import Synchronization

/// Somebody whose answers wait for the end of a turn.
protocol TurnWaiter: AnyObject {
  /// Sends the answer. Called in the order in which the answers were given.
  func send(_ response: WireResponse)
  /// The turn is over: flush.
  func turnEnded()
}

/// The answers of one event loop that wait for their records: all that became ready while the loop went once through its
/// sockets are written down together and then leave together.
///
/// Confined to its event loop.
final class Turn<Lane: FastLane> {
  private let lane: Lane
  private let loop: any EventLoop
  private var answers: [FastAnswer<Lane.Record>] = []
  private var records: [Lane.Record] = []
  private var waiters: [any TurnWaiter] = []
  private var isScheduled = false

  init(_ lane: Lane, _ loop: any EventLoop) {
    self.lane = lane
    self.loop = loop
  }

  func add(_ answer: FastAnswer<Lane.Record>, for waiter: any TurnWaiter) {
    answers.append(answer)
    records.append(answer.record)
    waiters.append(waiter)
    guard !isScheduled else { return }
    isScheduled = true
    // Tasks run after the loop has read from every ready socket: that is the end of the turn.
    loop.assumeIsolated().execute { self.end() }
  }

  /// Writes the records and sends the answers.
  func end() {
    isScheduled = false
    guard !answers.isEmpty else { return }
    // Taken out first: a waiter may add to the next turn while this one ends.
    let answers = take(&self.answers)
    let waiters = take(&self.waiters)
    let isRecorded = record(take(&records))
    for index in answers.indices {
      waiters[index].send(isRecorded ? answers[index].response : lane.unrecorded(answers[index]))
    }
    for waiter in waiters { waiter.turnEnded() }
  }

  private func take<Element>(_ list: inout [Element]) -> [Element] {
    let taken = list
    list = []
    list.reserveCapacity(taken.count)
    return taken
  }

  private func record(_ records: [Lane.Record]) -> Bool {
    do {
      try lane.commit(records)
      return true
    } catch {
      // The lane has reported its own fault; here it only decides what the callers get.
      return false
    }
  }
}

/// One turn for each event loop.
package final class Turns<Lane: FastLane>: Sendable {
  private let lane: Lane
  private let turns = Mutex<[ObjectIdentifier: NIOLoopBound<Turn<Lane>>]>([:])

  package init(_ lane: Lane) { self.lane = lane }

  /// The turn of this loop. Call on the loop.
  func turn(on loop: any EventLoop) -> Turn<Lane> {
    let bound = turns.withLock { turns in
      let name = ObjectIdentifier(loop)
      if let bound = turns[name] { return bound }
      let bound = NIOLoopBound(Turn(lane, loop), eventLoop: loop)
      turns[name] = bound
      return bound
    }
    return bound.value
  }
}
