package import KMSDomain

/// Makes destroyed what was destroyed, wherever copies of it are. The assembly calls `runOnce` at an interval.
///
/// A new erasure secret beside the old one, a new epoch under it, everything wrapped again, the old epochs removed, the old
/// secret destroyed. Where it stands is told by the secrets that are there and by the store, so that a run that was cut off at
/// any moment is carried on by the next. It looks first, and takes the right to change epochs for single steps only; while
/// somebody else has it, those wait for the next run.
package struct ErasureJob: Sendable {
  private let engine: Engine
  private let custody: any EpochCustody & RewrapCustody & ErasureCustody
  private let turn: any RootTurn
  private let interval: Int64?

  /// - Parameter interval: seconds after which an erasure begins by itself if something was destroyed since the last; nil: never.
  package init(
    _ engine: Engine, _ custody: any EpochCustody & RewrapCustody & ErasureCustody, _ turn: any RootTurn,
    every interval: Int64?
  ) {
    self.engine = engine
    self.custody = custody
    self.turn = turn
    self.interval = interval
  }

  package struct Outcome: Sendable, Equatable {
    package var rewrapping = RewrapJob.Outcome()
    package var hasBegun = false
    package var hasFinished = false

    package init() {}
  }

  /// Rewrapping goes on also where no erasure is under way.
  package func runOnce() async throws(KMSError) -> Outcome {
    var outcome = Outcome()
    outcome.hasBegun = try await begin()
    if let secret = try await underWay() { try await useNewSecret(secret) }
    outcome.rewrapping = try await RewrapJob(engine, custody, turn).runOnce()
    outcome.hasFinished = try await finish()
    return outcome
  }

  private func begin() async throws(KMSError) -> Bool {
    guard let secret = custody.erasureSecret, let interval else { return false }
    let state = try await engine.desk.store.erasure()
    guard !state.isUnderWay, state.destroyed > 0 else { return false }
    let last = state.finished?.at ?? secret.createdAt
    guard last.advanced(seconds: interval) <= engine.desk.clock.now() else { return false }
    return try await engine.runAsSystem(BeginErasure(custody), job: "erasure job")
  }

  /// The secret that is to stay, while an erasure is under way.
  private func underWay() async throws(KMSError) -> Bits128? {
    let state = try await engine.desk.store.erasure()
    return state.isUnderWay ? state.begun?.secret : nil
  }

  /// The secret, and an epoch under it, unless they are there.
  private func useNewSecret(_ secret: Bits128) async throws(KMSError) {
    guard try await !isUsed(secret) else { return }
    _ = try await turn.take { () throws(KMSError) in try await makeEpoch(under: secret) }
  }

  private func isUsed(_ secret: Bits128) async throws(KMSError) -> Bool {
    guard custody.erasureSecret?.id == secret, let newest = try await engine.desk.store.epochs().last
    else { return false }
    return newest.erasure == secret && newest.id == engine.desk.custody.status.epoch
  }

  private func makeEpoch(under secret: Bits128) async throws(KMSError) {
    if custody.erasureSecret?.id != secret {
      try await engine.runAsSystem(AddErasureSecret(custody), job: "erasure job")
    }
    let epochs = try await engine.desk.store.epochs()
    // One whose record couldn't be logged was stored all the same.
    for stored in epochs { try custody.adopt(stored) }
    guard epochs.last?.erasure != secret else { return }
    try custody.adopt(try await engine.runAsSystem(RenewEpoch(custody), job: "erasure job"))
  }

  private func finish() async throws(KMSError) -> Bool {
    guard let secret = try await underWay(), custody.erasureSecret?.id == secret,
      try await engine.desk.isAll(under: secret)
    else { return false }
    let hasFinished = try await turn.take { () throws(KMSError) in
      try await engine.runAsSystem(FinishErasure(custody), job: "erasure job")
    }
    return hasFinished ?? false
  }
}
