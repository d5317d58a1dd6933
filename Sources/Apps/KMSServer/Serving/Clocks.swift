package import KMSDomain
import KMSEngine
import KMSSystem
import Synchronization

/// The machine's clock.
struct SystemTime: TimeSource {
  func now() -> Instant { Instant(milliseconds: SystemClock.realtimeMilliseconds) }
}

/// Time since some start, for whatever counts it: nobody moves this clock, neither an operator nor a time server.
struct ElapsedTime: TimeSource {
  func now() -> Instant { Instant(milliseconds: SystemClock.coarseMilliseconds) }
}

/// A development server's clock: the machine's plus what somebody advanced it by. The offset survives a restart, because
/// what was due in the meantime has happened.
package final class AdjustableClock: TimeSource, MovableClock {
  private let machine: any TimeSource
  private let path: String
  private let offset: Atomic<Int64>
  /// Serialises `advance`, so that the file and the value agree.
  private let advancing = Mutex<Void>(())

  /// The farthest a clock can be moved, in milliseconds: a thousand years.
  private static let most: Int64 = 1000 * 365 * 86_400_000

  /// - Parameter path: where the offset is kept, in milliseconds; absent at first.
  package init(over machine: any TimeSource, keptIn path: String) throws {
    self.machine = machine
    self.path = path
    var kept: Int64 = 0
    if try FileStatus.of(path) != nil {
      let text = DataDirectory.line(try PrivateFile.read(path, limit: 64))
      guard let value = Int64(text), (0...AdjustableClock.most).contains(value) else {
        throw Problem("\(path) holds no offset", remedy: "remove the file to go back to the machine's clock")
      }
      kept = value
    }
    offset = Atomic(kept)
  }

  package var aheadSeconds: Int64 { offset.load(ordering: .relaxed) / 1000 }

  package func now() -> Instant {
    Instant(milliseconds: machine.now().milliseconds &+ offset.load(ordering: .relaxed))
  }

  /// Moves the clock forward; it never goes back, and stops a thousand years ahead.
  /// - Parameter seconds: positive; the door has checked that.
  package func advance(seconds: Int64) throws(KMSError) {
    let (step, overflow) = max(0, seconds).multipliedReportingOverflow(by: 1000)
    let kept = advancing.withLock { _ in
      let sum = min(
        AdjustableClock.most,
        offset.load(ordering: .relaxed) + (overflow ? AdjustableClock.most : min(step, AdjustableClock.most)))
      do throws(SystemError) {
        try PrivateFile.write(Array("\(sum)\n".utf8), to: path)
      } catch {
        return false
      }
      offset.store(sum, ordering: .relaxed)
      return true
    }
    guard kept else { throw .storeUnavailable }
  }
}
