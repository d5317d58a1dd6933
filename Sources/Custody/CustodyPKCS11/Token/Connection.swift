import CPKCS11
import KMSSecrets
import Synchronization

/// The way to one token: where it is, whether somebody is logged in, which sessions are open.
///
/// Login is the application's, not a session's, and ends with its last session. One session therefore stays open for as long
/// as there is a connection; it does nothing else. (SoftHSM 2.6 also loses sessions that are opened while the last one is
/// being closed.)
///
/// All calls are made inside the module's gate and outside the lock: a call that hangs keeps nobody else from asking.
final class Connection: Sendable {
  private struct State {
    var token: TokenInfo?
    var keeper: UInt?
    /// Of the module, when the token was found.
    var generation = 0
    /// Sessions whose closing failed: it is tried again.
    var unclosed: [UInt] = []
  }

  let module: Module
  let choice: TokenChoice
  private let pin: PINSource
  /// Whether objects will be made.
  private let writes: Bool
  private let state = Mutex(State())

  init(_ module: Module, _ choice: TokenChoice, pin: PINSource, writes: Bool) {
    self.module = module
    self.choice = choice
    self.pin = pin
    self.writes = writes
  }

  /// The token, found and logged in to.
  func connected() throws(HSMFault) -> TokenInfo {
    let generation = module.generation
    if let token = state.withLock({ $0.generation == generation ? $0.token : nil }) { return token }
    return try connect(generation)
  }

  /// A session that is logged in.
  func open() throws(HSMFault) -> Session {
    let generation = module.generation
    let token = try connected()
    closeLeftovers()
    let handle = try HSMFault.calling { () throws(ReturnCode) in
      try module.openSession(in: token.slot, writing: writes)
    }
    return Session(module, handle: handle, generation: generation)
  }

  func close(_ session: Session) {
    // An earlier generation's are closed already, and its numbers may be others' by now.
    guard session.generation == module.generation else { return }
    close(session.handle)
  }

  private func close(_ handle: UInt) {
    do throws(ReturnCode) {
      try module.closeSession(handle)
    } catch {
      guard error != .sessionHandleInvalid, error != .sessionClosed, error != .cryptokiNotInitialized else {
        return
      }
      state.withLock { $0.unclosed.append(handle) }
    }
  }

  private func closeLeftovers() {
    let handles = state.withLock { state in
      defer { state.unclosed = [] }
      return state.unclosed
    }
    for handle in handles { close(handle) }
  }

  /// Looks for the token again before anything else is done with it.
  func forget() {
    let keeper = state.withLock { state in
      defer {
        state.keeper = nil
        state.token = nil
      }
      return state.generation == module.generation ? state.keeper : nil
    }
    if let keeper { close(keeper) }
  }

  private func connect(_ generation: Int) throws(HSMFault) -> TokenInfo {
    try HSMFault.calling { () throws(ReturnCode) in try module.initialize() }
    let token = try find()
    try check(token)
    let keeper = try openKeeper(token)
    do throws(HSMFault) {
      try logIn(keeper)
    } catch {
      close(keeper)
      throw error
    }
    let spare = state.withLock { state -> UInt? in
      let before = state.generation == generation ? state.keeper : nil
      if state.generation != generation { state.unclosed = [] }
      state.token = token
      state.keeper = keeper
      state.generation = generation
      return before
    }
    if let spare { close(spare) }
    return token
  }

  private func openKeeper(_ token: TokenInfo) throws(HSMFault) -> UInt {
    do throws(ReturnCode) {
      return try module.openSession(in: token.slot, writing: writes)
    } catch {
      throw HSMFault.failed(error).named(choice)
    }
  }

  private func find() throws(HSMFault) -> TokenInfo {
    let tokens = try HSMFault.calling { () throws(ReturnCode) -> [TokenInfo] in
      var tokens: [TokenInfo] = []
      for slot in try module.slots() { tokens.append(try module.token(in: slot)) }
      return tokens
    }
    let meant = tokens.filter { $0.isInitialised && choice.matches($0) }
    guard meant.count < 2 else { throw .severalTokens(choice) }
    guard let token = meant.first else {
      let present = tokens.filter(\.isInitialised).map { "\"\($0.label)\" (serial number \($0.serial))" }
      throw .noToken(choice, present: present)
    }
    return token
  }

  private func check(_ token: TokenInfo) throws(HSMFault) {
    guard token.hasPIN else { throw .noPIN(choice) }
    guard !token.isPINLocked else { throw .lockedPIN(choice) }
    guard !token.isWriteProtected || !writes else { throw .readOnly(choice) }
  }

  /// Logs in again. Where that isn't possible by the session that is there, the next one that is opened does it.
  func logIn() throws(HSMFault) {
    guard let keeper = state.withLock({ $0.keeper }) else { return }
    do throws(HSMFault) {
      try logIn(keeper)
    } catch .failed {
      forget()
    }
  }

  private func logIn(_ session: UInt) throws(HSMFault) {
    let secret = try pin.read()
    guard !module.refusedPINs.contains(secret, for: choice) else { throw .wrongPIN(choice) }
    let start = unsafe secret.unsafeStart
    let count = secret.count
    do throws(ReturnCode) {
      try unsafe module.call { unsafe kms_p11_login($0, session, start, count) }
    } catch {
      switch error {
      case .userAlreadyLoggedIn: return
      case .pinIncorrect, .pinInvalid, .pinLengthRange, .pinExpired:
        module.refusedPINs.add(secret, for: choice)
        throw .wrongPIN(choice)
      case .pinLocked: throw .lockedPIN(choice)
      case .userPINNotInitialized: throw .noPIN(choice)
      default: throw .failed(error)  // codes are the standard's, not ours
      }
    }
  }
}

extension HSMFault {
  static func calling<Result>(_ body: () throws(ReturnCode) -> Result) throws(HSMFault) -> Result {
    do throws(ReturnCode) {
      return try body()
    } catch {
      throw .failed(error)
    }
  }
}
