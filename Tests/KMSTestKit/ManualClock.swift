package import KMSDomain
import Synchronization

/// A clock that stands still until it is moved.
package final class ManualClock: TimeSource {
  private let state: Mutex<Instant>

  package init(_ start: Instant = Fixtures.start) { state = Mutex(start) }

  package func now() -> Instant { state.withLock { $0 } }

  package func advance(milliseconds: Int64) {
    state.withLock { $0 = Instant(milliseconds: $0.milliseconds + milliseconds) }
  }

  package func advance(seconds: Int64) { state.withLock { $0 = $0.advanced(seconds: seconds) } }
}

/// Distinct bits in a fixed order.
package final class CountingRandomness: Randomness {
  private let state = Mutex<UInt64>(0)

  package init() {}

  package func bits128() -> Bits128 {
    state.withLock { count in
      count += 1
      return Bits128(high: 0xfeed, low: count)
    }
  }
}

/// Keeps the causes that were reported.
package final class CollectedFaults: FaultLog {
  private let state = Mutex<[String]>([])

  package init() {}

  package var causes: [String] { state.withLock { $0 } }
  package func record(_ cause: String, request: RequestID?) { state.withLock { $0.append(cause) } }
}
