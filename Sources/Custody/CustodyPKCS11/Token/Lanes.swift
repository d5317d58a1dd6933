import Dispatch
import Foundation
import Synchronization

/// The threads that call the token, each with a session of its own: never an event loop's.
///
/// A call that hangs takes its thread with it. Another one takes its place, but for no more hanging calls than there are
/// lanes: then the token is as good as gone, and everything ends by its deadline. A thread that comes back finds its place
/// taken and ends.
final class Lanes: Sendable {
  private struct State {
    var line: [Job] = []
    var threads = 0
    var idle = 0
    /// Threads that hang, and have been replaced.
    var replaced = 0
  }

  private let connection: Connection
  private let most: Int
  private let longestLine: Int
  private let state = Mutex(State())
  private let ready = DispatchSemaphore(value: 0)

  init(_ connection: Connection, most: Int, longestLine: Int) {
    self.connection = connection
    self.most = most
    self.longestLine = longestLine
  }

  /// - Returns: false when the line is full.
  func submit(_ job: Job) -> Bool {
    let starts = state.withLock { state -> Bool? in
      guard state.line.count < longestLine else { return nil }
      state.line.append(job)
      guard state.line.count > state.idle, state.threads < most else { return false }
      state.threads += 1
      return true
    }
    guard let starts else { return false }
    if starts { start() }
    ready.signal()
    return true
  }

  /// Its waiter has given up.
  func abandon(_ job: Job, in stage: Job.Stage) {
    let starts = state.withLock { state in
      switch stage {
      case .waiting: state.line.removeAll { $0 === job }
      case .running:
        guard state.replaced < most else { return false }
        state.replaced += 1
        return true
      case .done, .abandoned: break
      }
      return false
    }
    if starts { start() }
  }

  private func start() {
    Thread.detachNewThread { [self] in serve() }
  }

  private func serve() {
    let worker = Worker(connection)
    while true {
      let isSurplus = worker.perform(take())
      guard isSurplus else { continue }
      let ends = state.withLock { state in
        guard state.replaced > 0 else { return false }
        state.replaced -= 1
        return true
      }
      if ends { return worker.end() }
    }
  }

  private func take() -> Job? {
    state.withLock { $0.idle += 1 }
    ready.wait()
    return state.withLock { state in
      state.idle -= 1
      return state.line.isEmpty ? nil : state.line.removeFirst()
    }
  }
}

/// One thread's session, and what is done about its troubles.
private final class Worker {
  private let connection: Connection
  private var session: Session?

  init(_ connection: Connection) { self.connection = connection }

  /// - Returns: whether its waiter had given up while it ran.
  func perform(_ job: Job?) -> Bool {
    guard let job, job.begin() else { return false }
    var healing = Healing()
    while true {
      let generation = connection.module.generation
      do throws(HSMFault) {
        try connection.module.gate.shared { () throws(HSMFault) in try job.attempt(in: try current()) }
        return !job.end(nil)
      } catch {
        end()
        do throws(HSMFault) {
          guard try healing.mend(error, connection, seen: generation) else { return !job.end(error) }
        } catch let other {
          return !job.end(other)
        }
      }
    }
  }

  private func current() throws(HSMFault) -> Session {
    if let session, session.generation == connection.module.generation { return session }
    let opened = try connection.open()
    session = opened
    return opened
  }

  /// Whatever a session went through is over with it.
  func end() {
    guard let ended = session else { return }
    session = nil
    connection.module.gate.shared { connection.close(ended) }
  }
}
