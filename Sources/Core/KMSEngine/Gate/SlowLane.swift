package import KMSDomain
import Synchronization

/// Where slow work waits for its turn and is done: RSA, large curves, making key pairs.
///
/// As much runs at once as there are workers. Who comes then waits without holding a thread, in the order in which they came;
/// the line is as long as it may be, and whoever has waited as long as the deadline is sent away then, and not only when a worker
/// comes free: a client that has given up would be in the way of the others, and one that hasn't is told instead of left waiting.
package final class SlowLane: Sendable {
  package struct Limits: Sendable {
    /// How many may wait at once.
    package let line: Int
    package let deadline: Duration

    package init(line: Int, deadline: Duration) {
      self.line = line
      self.deadline = deadline
    }

    package static let standard = Limits(line: 1024, deadline: .seconds(10))
  }

  /// How work gets its turn.
  enum Admission: Sendable {
    /// On a worker's thread. After waiting, what was found before may be old.
    case admitted(hasWaited: Bool)
    /// The line is full, or the deadline has passed. On any thread.
    case sentAway
  }

  /// What an answer still needs: its record written, then to leave.
  struct Answered: Sendable {
    let record: AuditRecord
    /// Gets what went wrong with the record, if something did.
    let leave: @Sendable (KMSError?) -> Void
  }

  enum Work: Sendable {
    /// Leaves its answer to be recorded and sent with others.
    case answering(@Sendable (Admission) -> Answered?)
    /// Ends by itself, and may take as long as making a key pair does.
    case alone(@Sendable (Admission) -> Void)
  }

  private struct Waiting {
    let since: ContinuousClock.Instant
    let work: Work
  }

  private struct State {
    var busy = 0
    /// The first first.
    var waiting: [Waiting] = []
    /// Whether the alarm is set for somebody's deadline. It is whenever anybody waits.
    var isAlarmed = false
  }

  /// Answers that leave together while others wait: waking an event loop, and writing a record, cost as much for one as for
  /// some. None waits for more than these, nor for another piece of work once this much time is gone.
  private static let batch = 8
  private static let patience = Duration.milliseconds(2)

  private let workers: any Workers
  private let audit: any AuditLog
  private let limits: Limits
  private let clock: any LaneClock
  private let state = Mutex(State())

  package init(
    _ workers: any Workers, _ audit: any AuditLog, limits: Limits = .standard,
    clock: any LaneClock = SystemLaneClock()
  ) {
    self.workers = workers
    self.audit = audit
    self.limits = limits
    self.clock = clock
  }

  /// When a request begins to wait.
  func now() -> ContinuousClock.Instant { clock.now() }

  /// Has the work done by a worker, now or later; it is called exactly once.
  /// - Parameter since: when the request began to wait, if that was before.
  func submit(_ work: Work, since: ContinuousClock.Instant? = nil) {
    let since = since ?? clock.now()
    let refusal = state.withLock { state -> Bool? in
      guard state.busy >= workers.count else {
        state.busy += 1
        return nil
      }
      guard state.waiting.count < limits.line else { return true }
      state.waiting.append(Waiting(since: since, work: work))
      return false
    }
    switch refusal {
    case .none: workers.run { self.serve(from: Waiting(since: since, work: work)) }
    case .some(true): sendAway([work])
    case .some(false): setAlarm()
    }
  }

  private func sendAway(_ all: [Work]) {
    var answers: [Answered] = []
    for work in all {
      switch work {
      case .answering(let work): if let answered = work(.sentAway) { answers.append(answered) }
      case .alone(let work): work(.sentAway)
      }
    }
    finish(&answers)
  }

  // MARK: Deadlines. However long the workers are busy, whoever waits is told in time.

  /// Sets the alarm for whoever's deadline is the first, unless it is set.
  private func setAlarm() {
    let end = state.withLock { state -> ContinuousClock.Instant? in
      guard !state.isAlarmed, let first = state.waiting.map(\.since).min() else { return nil }
      state.isAlarmed = true
      return first + limits.deadline
    }
    if let end { clock.wake(at: end) { [weak self] in self?.sendLateAway() } }
  }

  private func sendLateAway() {
    let now = clock.now()
    let late = state.withLock { state -> [Work] in
      state.isAlarmed = false
      let late = state.waiting.filter { isLate($0, now) }
      state.waiting.removeAll { isLate($0, now) }
      return late.map(\.work)
    }
    setAlarm()
    sendAway(late)
  }

  private func isLate(_ waiting: Waiting, _ now: ContinuousClock.Instant) -> Bool {
    now - waiting.since >= limits.deadline
  }

  /// Work on a worker, for those who can wait.
  /// - Parameter work: gets whether it had to wait.
  /// - Throws: `tooBusy` when it was sent away.
  func perform<Result: Sendable>(
    since: ContinuousClock.Instant? = nil, _ work: @escaping @Sendable (_ hasWaited: Bool) -> Result
  ) async throws(KMSError) -> Result {
    let result: Result? = await withCheckedContinuation { continuation in
      submit(
        .alone { admission in
          switch admission {
          case .admitted(let hasWaited): continuation.resume(returning: work(hasWaited))
          case .sentAway: continuation.resume(returning: nil)
          }
        }, since: since)
    }
    guard let result else { throw .tooBusy }
    return result
  }

  /// The worker does one piece after the other: handing each to another thread would cost more than many a piece does.
  private func serve(from first: Waiting) {
    var answers: [Answered] = []
    var since = clock.now()
    var next: (work: Work, admission: Admission)? = (first.work, admission(of: first, hasWaited: false))
    while let (work, admission) = next {
      switch work {
      case .answering(let work):
        if answers.isEmpty { since = clock.now() }
        if let answered = work(admission) { answers.append(answered) }
      case .alone(let work):
        finish(&answers)
        work(admission)
      }
      let mayWait = answers.count < SlowLane.batch && clock.now() - since < SlowLane.patience
      if !mayWait || waiting == 0 { finish(&answers) }
      next = takeNext()
    }
    finish(&answers)
  }

  /// Writes the records, then lets the answers leave.
  private func finish(_ answers: inout [Answered]) {
    guard !answers.isEmpty else { return }
    var fault: KMSError?
    do throws(KMSError) {
      try audit.appendNow(answers.map { $0.record })
    } catch {
      fault = error
    }
    for answer in answers { answer.leave(fault) }
    answers = []
  }

  /// nil gives the worker up: nobody waits.
  private func takeNext() -> (work: Work, admission: Admission)? {
    let next = state.withLock { state -> Waiting? in
      guard state.waiting.isEmpty else { return state.waiting.removeFirst() }
      state.busy -= 1
      return nil
    }
    return next.map { ($0.work, admission(of: $0, hasWaited: true)) }
  }

  private func admission(of waiting: Waiting, hasWaited: Bool) -> Admission {
    clock.now() - waiting.since > limits.deadline ? .sentAway : .admitted(hasWaited: hasWaited)
  }

  /// How many wait.
  var waiting: Int { state.withLock { $0.waiting.count } }
}
