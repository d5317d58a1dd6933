package import KMSDomain

/// The only way to an operation: every call is authorised, checked against the lifecycle, recorded, and only then answered.
package final class Engine: Sendable {
  package let desk: Desk
  package let rejections: RejectionLedger
  /// Of requests of known callers that can't be read, by principal.
  let malformations: RejectionLedger
  /// Of callers beyond their quota, by principal.
  let throttlings: RejectionLedger
  /// nil: no quotas.
  package let meter: RequestMeter?
  /// nil: vaults have no limits.
  package let vaultMeter: VaultMeter?
  private let turns = Turns()
  /// Configuration of the log: asked once.
  let hasFastLane: Bool
  private static let attemptsUnderContention = 32

  /// - Parameter rejectionsPerSecond: how many rejected requests of one source are recorded one by one.
  package init(
    _ desk: Desk, rejectionsPerSecond: Int, meter: RequestMeter? = nil, vaultMeter: VaultMeter? = nil
  ) {
    self.desk = desk
    self.meter = meter
    self.vaultMeter = vaultMeter
    throttlings = RejectionLedger(perSecond: rejectionsPerSecond)
    malformations = RejectionLedger(perSecond: rejectionsPerSecond)
    hasFastLane = desk.audit.answersWithoutWaiting
    rejections = RejectionLedger(perSecond: rejectionsPerSecond)
  }

  /// The ordinary lane.
  /// - Parameter region: where the call is addressed, for its quota.
  /// - Throws: what went wrong, after it was recorded; `auditUnavailable` when it couldn't be.
  package func run<Op: Operation>(
    _ operation: Op, as caller: Caller, in region: String = "", from origin: RequestOrigin
  ) async throws(KMSError) -> Op.Answer {
    guard isWithinQuota(operation, caller, region) else {
      throw await throttle(operation, caller, origin)
    }
    return try await runAdmitted(operation, caller, origin)
  }

  /// The same for a call that `admits` has counted, or `isWithinQuota`.
  package func runAdmitted<Op: Operation>(
    _ operation: Op, _ caller: Caller, _ origin: RequestOrigin
  ) async throws(KMSError) -> Op.Answer {
    do throws(KMSError) {
      return try await runOnce(operation, caller, origin)
    } catch .contention {
      return try await runInTurn(operation, caller, origin)
    }
  }

  /// Another change came first. From now on those who name the same thing go one after the other, so that each of many
  /// gets through; only newcomers, on their first attempt, can still come first.
  private func runInTurn<Op: Operation>(
    _ operation: Op, _ caller: Caller, _ origin: RequestOrigin
  ) async throws(KMSError) -> Op.Answer {
    let line = Turns.Line(account: caller.account, name: operation.asked.named)
    if await turns.enter(line) {
      defer { turns.leave(line) }
      for _ in 0..<Engine.attemptsUnderContention {
        do throws(KMSError) {
          return try await runOnce(operation, caller, origin)
        } catch .contention {
          continue
        }
      }
    }
    try await record(failure(of: operation, .contention, caller, origin), of: caller, origin)
    note(.contention, origin)
    throw .contention
  }

  /// The fast lane: nil when something is cold or the work is not for an event loop.
  ///
  /// The answer must not leave before `commit` has taken the record, unless that was counted only.
  /// - Parameter admits: what its door counts by itself, once it is clear that it isn't handed over; false hands it over.
  @specialized(where Op == Encrypt)
  @specialized(where Op == Decrypt)
  @specialized(where Op == GenerateDataKey)
  @specialized(where Op == GenerateRandom)
  @specialized(where Op == Sign)
  @specialized(where Op == UseObject)
  @specialized(where Op == ExportObject)
  package func attempt<Op: Operation>(
    _ operation: Op, as caller: Caller, in region: String = "", from origin: RequestOrigin,
    admitting admits: () -> Bool = { true }
  ) -> Settled<Op.Answer>? {
    // Quotas come after what is handed over: that is counted in the other lane.
    guard hasFastLane, let prepared = operation.prepareWarm(desk), !operation.isSlow(prepared),
      let docket = desk.warmDocket(operation.demands(prepared, desk), caller), admits()
    else { return nil }
    guard isWithinQuota(operation, caller, region) else { return throttled(operation, caller, origin) }
    let settled = settle(operation, prepared, docket, caller, origin)
    switch settled.result {
    case .success(let performed): return performed.change == nil ? settled : nil
    case .failure(let error):
      note(error, origin)
      return settled
    }
  }

  /// Writes the records of one event-loop turn; then their answers may leave.
  /// - Throws: `auditUnavailable`: then none of them may.
  package func commit(_ records: [AuditRecord]) throws(KMSError) {
    try desk.audit.appendNow(records)
  }

  private func runOnce<Op: Operation>(
    _ operation: Op, _ caller: Caller, _ origin: RequestOrigin
  ) async throws(KMSError) -> Op.Answer {
    let settled = try await settleOrWait(operation, caller, origin)
    switch settled.result {
    case .failure(let error):
      try await record(settled.record, of: caller, origin)
      note(error, origin)
      throw error
    case .success(let performed):
      guard let change = performed.change else {
        try await desk.audit.append(settled.record)
        return performed.answer
      }
      try await commit(
        change, settled.record,
        failure: { self.failure(of: operation, $0, caller, origin) })
      return performed.answer
    }
  }

  /// Slow work waits for a worker. What it is about may have changed meanwhile: then it is looked at again.
  private func settleOrWait<Op: Operation>(
    _ operation: Op, _ caller: Caller, _ origin: RequestOrigin
  ) async throws(KMSError) -> Settled<Op.Answer> {
    let since = desk.slowLane.now()
    for _ in 0..<Engine.attemptsUnderContention {
      let (prepared, docket) = try await ready(operation, caller, origin)
      guard operation.isSlow(prepared), isWelcome(docket, caller, origin) else {
        return settle(operation, prepared, docket, caller, origin)
      }
      do throws(KMSError) {
        let settled = try await desk.slowLane.perform(since: since) { hasWaited in
          self.settle(operation, prepared, docket, caller, origin, afterWaiting: hasWaited)
        }
        if let settled { return settled }
      } catch {
        try await record(failure(of: operation, error, caller, origin), of: caller, origin)
        throw error
      }
    }
    throw .contention
  }

  /// - Throws: why it can't be, after that was recorded.
  private func ready<Op: Operation>(
    _ operation: Op, _ caller: Caller, _ origin: RequestOrigin
  ) async throws(KMSError) -> (Op.Prepared, Docket) {
    switch await readiness(of: operation, caller, origin) {
    case .ready(let found, let docket): return (found, docket)
    case .refused(let error, let record):
      // What prepare read doesn't fit together: it is read once more, under the same id.
      guard error != .contention else { throw error }
      try await self.record(record, of: caller, origin)
      note(error, origin)
      throw error
    }
  }

  /// The change and its record in one transaction, then the record in the log.
  private func commit(
    _ change: StoreChange, _ record: AuditRecord, failure: (KMSError) -> AuditRecord
  ) async throws(KMSError) {
    let outbox = desk.audit.encode(record)
    guard desk.audit.isWriting else {
      desk.unmade.note(change)
      // The attempt is also what finds out whether the log can be written again.
      try await desk.audit.append(failure(.auditUnavailable))
      throw .auditUnavailable
    }
    do throws(KMSError) {
      try await desk.store.commit(change, outbox: outbox)
    } catch {
      desk.forget(change)
      desk.unmade.note(change)
      guard error != .contention else { throw error }
      try await desk.audit.append(failure(error))
      note(error, record.origin)
      throw error
    }
    let news = desk.news(of: change)
    desk.forget(change)
    try await desk.audit.append(outbox)
    desk.announce(news)
  }

  /// Faults of ours go to the operators' log too; callers' mistakes don't.
  package func note(_ error: KMSError, _ origin: RequestOrigin) {
    guard error.isOurFault else { return }
    desk.faults.record("request failed: \(error.code)", request: origin.id)
  }
}
