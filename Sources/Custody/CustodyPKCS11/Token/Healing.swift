/// What is tried, one after the other, until a piece of work succeeds or nothing is left to try.
///
/// Each step is made once: an error that stays is told after at most five attempts.
struct Healing {
  private enum Step: Int {
    case newSession
    case findAgain
    case restart
    case end
  }

  private var next = Step.newSession
  private var hasLoggedIn = false

  /// Does what may help. Outside the module's gate, because starting it anew takes being alone.
  /// - Returns: false when nothing is left.
  mutating func mend(_ fault: HSMFault, _ connection: Connection, seen generation: Int) throws(HSMFault)
    -> Bool
  {
    switch Healing.remedy(for: fault) {
    case .none: return false
    case .logIn:
      guard !hasLoggedIn else { return try reconnect(connection, generation) }
      hasLoggedIn = true
      try connection.module.gate.shared { () throws(HSMFault) in try connection.logIn() }
      return true
    case .newSession:
      guard next == .newSession else { return try reconnect(connection, generation) }
      next = .findAgain
      return true
    case .reconnect: return try reconnect(connection, generation)
    }
  }

  private static func remedy(for fault: HSMFault) -> Remedy {
    switch fault {
    case .failed(let code): Remedy(for: code)
    case .noToken: .reconnect
    case .noModule, .severalTokens, .otherToken, .uninitialised, .noPIN, .wrongPIN, .lockedPIN,
      .unreadablePIN, .readOnly,
      .missingMechanism, .missingKey, .extractable, .busy, .slow:
      .none
    }
  }

  private mutating func reconnect(_ connection: Connection, _ generation: Int) throws(HSMFault) -> Bool {
    switch next {
    case .newSession: next = .findAgain
    case .findAgain:
      next = .restart
      connection.module.gate.shared { connection.forget() }
    case .restart:
      next = .end
      return connection.module.restart(after: generation)
    case .end: return false
    }
    return true
  }
}

extension HSMFault {
  /// Whether a module that is started anew may not say it again.
  var mayHealByRestart: Bool {
    switch self {
    case .noToken: true
    case .failed(let code): Remedy(for: code) != .none
    case .noModule, .severalTokens, .otherToken, .uninitialised, .noPIN, .wrongPIN, .lockedPIN,
      .unreadablePIN, .readOnly,
      .missingMechanism, .missingKey, .extractable, .busy, .slow:
      false
    }
  }
}
