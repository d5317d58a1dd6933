package import KMSDomain

// Slow work of the fast lane: everything is warm, only the work itself takes long. It goes to a worker straight from the event
// loop, and the worker settles it, records it and answers.
extension Engine {
  /// Whether an operation is warm, and slow.
  package func isSlow<Op: Operation>(_ operation: Op) -> Bool {
    guard hasFastLane, let prepared = operation.prepareWarm(desk) else { return false }
    return operation.isSlow(prepared)
  }

  /// Returns at once; `reply` is called exactly once, on any thread, after the record was written.
  package func runSlowly<Op: Operation>(
    _ operation: Op, as caller: Caller, in region: String = "", from origin: RequestOrigin,
    _ reply: @escaping @Sendable (Result<Op.Answer, KMSError>) -> Void
  ) {
    guard isWithinQuota(operation, caller, region) else {
      reply(.failure(throttleNow(operation, caller, origin)))
      return
    }
    guard let prepared = operation.prepareWarm(desk),
      let docket = desk.warmDocket(operation.demands(prepared, desk), caller),
      isWelcome(docket, caller, origin)
    else {
      runOrdinarily(operation, caller, origin, reply)
      return
    }
    desk.slowLane.submit(
      .answering { admission in
        let settled: Settled<Op.Answer>?
        switch admission {
        case .sentAway:
          settled = Settled(
            result: .failure(.tooBusy), record: self.failure(of: operation, .tooBusy, caller, origin))
        case .admitted(let hasWaited):
          settled = self.settle(operation, prepared, docket, caller, origin, afterWaiting: hasWaited)
        }
        guard let settled, !settled.hasChange else {
          // A change would have to be committed first: the ordinary lane does that.
          self.runOrdinarily(operation, caller, origin, reply)
          return nil
        }
        return SlowLane.Answered(record: settled.record) { fault in
          reply(fault.map { .failure($0) } ?? self.told(settled, origin))
        }
      })
  }

  /// nil when what the work is about has changed while it waited, or nobody knows any more whether it has.
  func settle<Op: Operation>(
    _ operation: Op, _ prepared: Op.Prepared, _ docket: Docket, _ caller: Caller, _ origin: RequestOrigin,
    afterWaiting hasWaited: Bool
  ) -> Settled<Op.Answer>? {
    guard docket.demands.areCurrent(desk, afterWaiting: hasWaited) else { return nil }
    return settle(operation, prepared, docket, caller, origin)
  }

  private func told<Answer>(_ settled: Settled<Answer>, _ origin: RequestOrigin) -> Result<Answer, KMSError> {
    switch settled.result {
    case .success(let performed): return .success(performed.answer)
    case .failure(let error):
      note(error, origin)
      return .failure(error)
    }
  }

  private func runOrdinarily<Op: Operation>(
    _ operation: Op, _ caller: Caller, _ origin: RequestOrigin,
    _ reply: @escaping @Sendable (Result<Op.Answer, KMSError>) -> Void
  ) {
    Task {
      do throws(KMSError) {
        reply(.success(try await runAdmitted(operation, caller, origin)))
      } catch {
        reply(.failure(error))
      }
    }
  }
}

extension Demands {
  /// Whether the keys, and their grants, are still as they were found. A key that the cache has lost meanwhile may be another
  /// by now; without waiting it is as good as read.
  fileprivate func areCurrent(_ desk: Desk, afterWaiting hasWaited: Bool) -> Bool {
    ([first, second, third] + rest).allSatisfy { demand in
      guard let found = demand?.resource.key else { return true }
      guard let cached = desk.keys.key(found.record.id) else { return !hasWaited }
      return cached.record.generation == found.record.generation && cached.grants === found.grants
    }
  }
}
