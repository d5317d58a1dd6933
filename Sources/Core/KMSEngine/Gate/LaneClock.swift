/// Time as the slow lane needs it: it passes by itself, and wakes.
package protocol LaneClock: Sendable {
  func now() -> ContinuousClock.Instant
  /// Calls `body` once, at that moment or soon after it, on a thread that has nothing to do with the caller's.
  func wake(at moment: ContinuousClock.Instant, _ body: @escaping @Sendable () -> Void)
}

/// The system's monotonic clock.
package struct SystemLaneClock: LaneClock {
  package init() {}

  package func now() -> ContinuousClock.Instant { .now }

  package func wake(at moment: ContinuousClock.Instant, _ body: @escaping @Sendable () -> Void) {
    Task {
      // Nobody cancels it.
      try? await Task.sleep(until: moment, clock: .continuous)
      body()
    }
  }
}
