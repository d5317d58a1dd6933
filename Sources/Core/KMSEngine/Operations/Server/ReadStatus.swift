package import KMSDomain

/// What the engine can say of the server to its owner.
package struct ReadStatus: Operation {
  package struct Answer: Sendable {
    /// Keys that are not destroyed.
    package let keys: Int
    package let custody: CustodyStatus
    package let now: Instant
    package let erasure: ErasureState
    /// Versions that were destroyed and whose material is on a device still.
    package let awaitingRemoval: Int
  }

  package init() {}

  package let operation = "ReadStatus"
  package var asked: Asked { Asked(.readStatus, named: "server") }

  package func prepare(_ desk: Desk) async throws(KMSError) -> Answer {
    Answer(
      keys: try await desk.store.keyCount(), custody: desk.custody.status, now: desk.clock.now(),
      erasure: try await desk.store.erasure(), awaitingRemoval: try await desk.store.removalCount())
  }

  package var demandBeforehand: Demand? { demand }
  package func demands(_ prepared: Answer, _ desk: Desk) -> Demands { Demands(demand) }
  private var demand: Demand { Demand(.readStatus, on: .server, named: "server") }

  package func perform(
    _ prepared: Answer, _ permits: borrowing Permits, _ desk: Desk, _ caller: Caller
  ) throws(KMSError) -> Performed<Answer> {
    try permits.first.check(.readStatus, key: nil, version: nil)
    return Performed(prepared)
  }
}
