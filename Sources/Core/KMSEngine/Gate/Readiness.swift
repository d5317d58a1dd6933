import KMSDomain

extension Engine {
  /// What the ordinary lane knows after prepare.
  enum Readiness<Prepared: Sendable>: Sendable {
    case ready(Prepared, Docket)
    /// Nothing can come of it: what the caller is told, and the record that must be written first.
    case refused(KMSError, AuditRecord)
  }

  /// Loads what an operation needs, if the caller has the right that can be judged without.
  func readiness<Op: Operation>(
    of operation: Op, _ caller: Caller, _ origin: RequestOrigin
  ) async -> Readiness<Op.Prepared> {
    do throws(KMSError) {
      if let refusal = denial(beforehand: operation, caller, origin) {
        return .refused(refusal.error, refusal.record)
      }
      var prepared = try await operation.prepare(desk)
      let docket = try await desk.docket(operation.demands(prepared, desk), caller)
      if operation.isCompletedOnceAllowed, isWelcome(docket, caller, origin) {
        try await operation.complete(&prepared, desk)
      }
      return .ready(prepared, docket)
    } catch {
      let denial = await denial(insteadOf: error, for: operation, caller, origin)
      return .refused(
        denial?.error ?? error, denial?.record ?? failure(of: operation, error, caller, origin))
    }
  }

  /// nil when the right is there, or when no right can be judged yet.
  private func denial<Op: Operation>(
    beforehand operation: Op, _ caller: Caller, _ origin: RequestOrigin
  ) -> (error: KMSError, record: AuditRecord)? {
    guard let demand = operation.demandBeforehand else { return nil }
    var heard: [AuditRecord.Demand] = []
    do throws(KMSError) {
      _ = try permit(for: demand, Docket.Findings(), caller, origin, &heard)
      return nil
    } catch {
      let record = AuditRecord(
        id: origin.id.bits, time: desk.clock.now(), origin: origin, who: caller,
        operation: operation.operation, demands: heard, outcome: error.outcome,
        encryptionContext: operation.encryptionContext, details: operation.details)
      return (error, record)
    }
  }
}
