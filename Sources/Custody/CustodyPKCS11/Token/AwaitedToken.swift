import Foundation
import Synchronization

/// A token that may be away. Until it is found, everybody who wants it is told why it isn't there; then it is used as it is, and looks
/// after itself.
package final class AwaitedToken: Sendable {
  private struct State {
    /// nil before it was found.
    var token: Token?
    /// Of the last look; nil when it answered.
    var fault: HSMFault?
    var isLooking = false
  }

  private let open: @Sendable () throws(HSMFault) -> Token
  private let state: Mutex<State>

  package init(_ token: Token) {
    open = { () throws(HSMFault) in token }
    state = Mutex(State(token: token))
  }

  /// - Parameter open: looks for it, and may take its time.
  /// - Throws: what won't pass by itself, such as a wrong PIN.
  package init(_ open: @escaping @Sendable () throws(HSMFault) -> Token) throws(HSMFault) {
    self.open = open
    do throws(HSMFault) {
      state = Mutex(State(token: try open()))
    } catch {
      guard error.mayPass else { throw error }
      state = Mutex(State(fault: error))
    }
  }

  /// It doesn't block.
  package func token() throws(HSMFault) -> Token {
    let found = state.withLock { $0 }
    guard let token = found.token else { throw found.fault ?? .slow }
    return token
  }

  /// Why it can't be used, as far as the last look has shown.
  package var fault: HSMFault? { state.withLock { $0.fault } }

  /// Looks for it, or whether it still answers, on a thread of its own; returns at once. It does nothing while a look is under way.
  /// - Parameter report: hears what is new, nil when it answers again; on that thread.
  package func look(_ report: @escaping @Sendable (HSMFault?) -> Void) {
    let isBusy = state.withLock { state in
      defer { state.isLooking = true }
      return state.isLooking
    }
    guard !isBusy else { return }
    Thread.detachNewThread { [self] in
      let (before, now) = (fault, lookOnce())
      state.withLock { state in
        state.fault = now
        state.isLooking = false
      }
      if before != now { report(now) }
    }
  }

  private func lookOnce() -> HSMFault? {
    do throws(HSMFault) {
      guard let token = try? token() else {
        let found = try open()
        state.withLock { $0.token = found }
        return nil
      }
      try token.check()
      return nil
    } catch {
      return error
    }
  }
}

extension Token {
  /// Asks for something that the token itself has to do.
  package func check() throws(HSMFault) {
    _ = try run { (session) throws(HSMFault) in
      try HSMFault.calling { () throws(ReturnCode) in try session.random(1) }
    }
  }
}

extension HSMFault {
  /// Whether it may be otherwise later without anybody changing the configuration or the token.
  fileprivate var mayPass: Bool { self == .slow || self == .busy || mayHealByRestart }
}
