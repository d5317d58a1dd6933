package import KMSDomain

/// Moves everything under the newest wrapping-key epoch and removes those under which nothing is left. The assembly calls
/// `runOnce` at an interval.
///
/// It keeps no place of its own: what is left is what the store still has under older epochs, so a run that was cut off at
/// any moment is carried on by the next. Pages go on whatever becomes of the root meanwhile; only removing epochs takes the right
/// to change them.
package struct RewrapJob: Sendable {
  private let engine: Engine
  private let custody: any RewrapCustody & ErasureCustody
  private let turn: any RootTurn

  package init(_ engine: Engine, _ custody: any RewrapCustody & ErasureCustody, _ turn: any RootTurn) {
    self.engine = engine
    self.custody = custody
    self.turn = turn
  }

  package struct Outcome: Sendable, Equatable {
    package var rewrapped = 0
    package var damaged = 0
    package var retired: [EpochID] = []

    package init() {}
  }

  /// An epoch goes at the earliest one run after its last key was moved, for requests that read the old wrapping just before.
  package func runOnce() async throws(KMSError) -> Outcome {
    var outcome = Outcome()
    let desk = engine.desk
    outcome.retired = try await retire()
    for epoch in try await desk.oldEpochs() {
      guard try await desk.store.wrapped(under: epoch.id).total > 0 else { continue }
      for kind in WrappedKind.allCases { try await rewrap(kind, under: epoch.id, &outcome) }
    }
    return outcome
  }

  private func rewrap(
    _ kind: WrappedKind, under epoch: EpochID, _ outcome: inout Outcome
  ) async throws(KMSError) {
    var marker: [UInt8]? = []
    while let place = marker {
      let page = try await engine.runAsSystem(
        RewrapMaterial(custody, of: epoch, kind, after: place), job: "rewrap job")
      outcome.rewrapped += page.rewrapped
      outcome.damaged += page.damaged
      marker = page.next
    }
  }

  private func retire() async throws(KMSError) -> [EpochID] {
    guard try await hasRetirable() else { return [] }
    let retired = try await turn.take { () throws(KMSError) -> [EpochID] in
      let done = try await engine.runAsSystem(RetireEpochs(custody), job: "rewrap job")
      for epoch in done.retired { try custody.release(epoch) }
      for epoch in done.forgotten { custody.forget(epoch) }
      return done.retired.map(\.id)
    }
    return retired ?? []
  }

  /// Asked first, so that the log has no record of runs that find nothing.
  private func hasRetirable() async throws(KMSError) -> Bool {
    let desk = engine.desk
    for epoch in try await desk.oldEpochs() {
      if try await desk.store.wrapped(under: epoch.id).total == 0 { return true }
    }
    let now = desk.clock.now()
    return try await desk.store.retiredEpochs().contains {
      $0.until <= now || $0.erasure != custody.erasureSecret?.id
    }
  }
}
