import Dispatch
import Synchronization

/// A token that is open for use: calls go to threads of its own, each with a session, within the token's limit of sessions.
package final class Token: Sendable {
  package struct Limits: Sendable {
    /// Calls at a time; the token's own limit may be lower.
    package let sessions: Int
    /// Calls that may wait for one.
    package let line: Int
    /// How long a caller waits, milliseconds.
    package let deadline: Int

    package init(sessions: Int, line: Int, deadline: Int) {
      self.sessions = max(1, sessions)
      self.line = max(1, line)
      self.deadline = max(1, deadline)
    }

    package static let standard = Limits(sessions: 8, line: 256, deadline: 5000)
  }

  package let info: TokenInfo
  package let mechanisms: MechanismTable
  /// The module with its version, as it says.
  package let provider: String
  private let connection: Connection
  private let lanes: Lanes
  private let limits: Limits
  /// One object is made at a time: SoftHSM 2.6 loses some when several are.
  let making = Mutex(())

  /// Finds the token and logs in. It may wait for the token as long as the token takes.
  /// - Parameter writes: whether objects will be made; a token that can only be read is refused then.
  package init(
    _ module: Module, _ choice: TokenChoice, pin: PINSource, writes: Bool, limits: Limits = .standard
  ) throws(HSMFault) {
    let connection = Connection(module, choice, pin: pin, writes: writes)
    let (info, mechanisms, provider) = try Token.look(module, connection)
    self.info = info
    self.mechanisms = mechanisms
    self.provider = provider
    self.connection = connection
    self.limits = limits
    lanes = Lanes(connection, most: Token.lanes(limits, info, writes: writes), longestLine: limits.line)
  }

  /// Looks for the token, and once more after the module was started anew: some see only what was there when they were started.
  private static func look(
    _ module: Module, _ connection: Connection
  ) throws(HSMFault) -> (TokenInfo, MechanismTable, String) {
    let generation = module.generation
    do throws(HSMFault) {
      return try ask(module, connection)
    } catch {
      guard error.mayHealByRestart, module.restart(after: generation) else { throw error }
      return try ask(module, connection)
    }
  }

  private static func ask(
    _ module: Module, _ connection: Connection
  ) throws(HSMFault) -> (TokenInfo, MechanismTable, String) {
    try module.gate.shared { () throws(HSMFault) in
      let info = try connection.connected()
      return try HSMFault.calling { () throws(ReturnCode) in
        (info, try module.mechanisms(in: info.slot), try module.description())
      }
    }
  }

  /// One session stays apart, see `Connection`.
  private static func lanes(_ limits: Limits, _ info: TokenInfo, writes: Bool) -> Int {
    let own = writes ? [info.mostSessions, info.mostWritingSessions] : [info.mostSessions]
    let most = own.compactMap { $0 }.min().map { Int(clamping: $0) } ?? Int.max
    return max(1, min(limits.sessions, most - 1))
  }

  /// Runs `body` in a session, again if a new session or a new login may help.
  /// - Parameter body: leaves no trace when it fails, or looks for what an earlier attempt left.
  /// - Throws: `busy`, `slow`, or what didn't heal.
  func run<Result: Sendable>(
    _ body: @escaping @Sendable (Session) throws(HSMFault) -> Result
  ) throws(HSMFault) -> Result {
    let result = Slot<Result>()
    let job = Job { (session) throws(HSMFault) in result.fill(try body(session)) }
    let deadline = DispatchTime.now() + .milliseconds(limits.deadline)
    guard lanes.submit(job) else { throw .busy }
    let stage = job.wait(until: deadline)
    guard stage == .done else {
      lanes.abandon(job, in: stage)
      throw .slow
    }
    if let fault = job.fault {
      throw fault == .failed(.sessionCount) ? .busy : fault.named(connection.choice)
    }
    guard let value = result.value else { throw .failed(.generalError) }
    return value
  }
}

/// Where a job leaves its result.
private final class Slot<Value: Sendable>: Sendable {
  private let content = Mutex<Value?>(nil)
  func fill(_ value: Value) { content.withLock { $0 = value } }
  var value: Value? { content.withLock { $0 } }
}
