package import KMSDomain

/// A clock that can be moved forward: development servers have one.
package protocol MovableClock: Sendable {
  /// - Throws: `KMSError.storeUnavailable` when the move couldn't be kept; then the clock stands as before.
  func advance(seconds: Int64) throws(KMSError)
}

/// Moves a development server's clock forward, so that what is due in days can be seen today.
package struct AdvanceClock: Operation {
  private let clock: any MovableClock
  private let seconds: Int64

  /// - Parameter seconds: positive; the door has checked that.
  package init(_ clock: any MovableClock, seconds: Int64) {
    self.clock = clock
    self.seconds = seconds
  }

  package let operation = "AdvanceClock"
  package var asked: Asked { Asked(.advanceClock, named: "server") }
  package var details: [AuditRecord.Detail] { [AuditRecord.Detail(name: "seconds", value: String(seconds))] }

  package func prepare(_ desk: Desk) async throws(KMSError) {}

  package func demands(_ prepared: Void, _ desk: Desk) -> Demands {
    Demands(Demand(.advanceClock, on: .server, named: "server"))
  }

  /// - Returns: the time afterwards.
  package func perform(
    _ prepared: Void, _ permits: borrowing Permits, _ desk: Desk, _ caller: Caller
  ) throws(KMSError) -> Performed<Instant> {
    try permits.first.check(.advanceClock, key: nil, version: nil)
    try clock.advance(seconds: seconds)
    return Performed(desk.clock.now())
  }
}
