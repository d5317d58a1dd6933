import KMSDomain

// Calls beyond a quota. They come in floods, so they are recorded like requests of nobody: the first few of each second and
// principal one by one, the others as one record with a count.
extension Engine {
  /// Whether the call is within its caller's quota, which it uses up by asking.
  func isWithinQuota<Op: Operation>(_ operation: Op, _ caller: Caller, _ region: String) -> Bool {
    guard let meter, !caller.isSystem, let account = caller.account, let family = operation.family else {
      return true
    }
    return meter.admits(family, of: account, in: region, by: caller.principalID)
  }

  /// What becomes of a call that isn't.
  func throttled<Op: Operation>(
    _ operation: Op, _ caller: Caller, _ origin: RequestOrigin
  ) -> Settled<Op.Answer> {
    Settled(
      result: .failure(.throttled), record: failure(of: operation, .throttled, caller, origin),
      isCounted: !throttlings.admits(caller.principal, at: desk.clock.now()))
  }

  /// - Returns: what the caller is told, once it was recorded or counted.
  func throttle<Op: Operation>(
    _ operation: Op, _ caller: Caller, _ origin: RequestOrigin
  ) async -> KMSError {
    let settled = throttled(operation, caller, origin)
    guard !settled.isCounted else { return .throttled }
    do throws(KMSError) {
      try await desk.audit.append(settled.record)
      return .throttled
    } catch {
      return error
    }
  }

  /// The same without waiting.
  func throttleNow<Op: Operation>(
    _ operation: Op, _ caller: Caller, _ origin: RequestOrigin
  ) -> KMSError {
    let settled = throttled(operation, caller, origin)
    guard !settled.isCounted else { return .throttled }
    do throws(KMSError) {
      try desk.audit.appendNow([settled.record])
      return .throttled
    } catch {
      return error
    }
  }

  /// Writes the counting records.
  /// - Throws: `auditUnavailable`; what wasn't recorded is counted on.
  func recordSuppressedThrottlings() async throws(KMSError) {
    let counts = throttlings.drain()
    for (index, suppressed) in counts.enumerated() {
      let id = desk.randomness.bits128()
      let record = AuditRecord(
        id: id, time: desk.clock.now(),
        origin: RequestOrigin(id: RequestID(id), door: "", source: "", isEncrypted: false, userAgent: ""),
        who: nil, operation: "", demands: [],
        outcome: .rejected(KMSError.throttled.code, count: suppressed.count), encryptionContext: nil,
        details: [AuditRecord.Detail(name: "principal", value: suppressed.source)])
      do throws(KMSError) {
        try await desk.audit.append(record)
      } catch {
        throttlings.restore(counts[index...])
        throw error
      }
    }
  }
}
