package import KMSDomain

// Calls beyond a quota. They come in floods, so they are recorded like requests of nobody: the first few of each second and
// principal one by one, the others as one record with a count.
extension Engine {
  /// Whether a request is within its caller's quota, which it uses up by asking: for those that aren't read yet, or can't be.
  /// - Parameter family: nil: there is no quota.
  package func admits(_ family: RequestFamily?, of caller: Caller, in region: String) -> Bool {
    guard let meter, !caller.isSystem, let account = caller.account, let family else { return true }
    return meter.admits(family, of: account, in: region, by: caller.principalID)
  }

  /// The same of a call.
  func isWithinQuota<Op: Operation>(_ operation: Op, _ caller: Caller, _ region: String) -> Bool {
    admits(operation.family, of: caller, in: region)
  }

  /// Records that a request was beyond its caller's quota before it was read.
  /// - Throws: `auditUnavailable`; then that must not be told.
  package func throttle(
    unread operation: String, of caller: Caller, from origin: RequestOrigin
  ) async throws(KMSError) {
    let now = desk.clock.now()
    guard throttlings.admits(caller.principal, at: now) else { return }
    try await desk.audit.append(
      AuditRecord(
        id: origin.id.bits, time: now, origin: origin, who: caller, operation: operation, demands: [],
        outcome: KMSError.throttled.outcome, encryptionContext: nil, details: []))
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
}
