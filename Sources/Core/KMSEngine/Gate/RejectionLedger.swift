package import KMSDomain
import Synchronization

/// Counts rejected requests by whom or from where they came, so that a flood of them can't fill the disk: the first few of each second are
/// recorded one by one, the others as one record with a count.
package final class RejectionLedger: Sendable {
  package struct Suppressed: Sendable, Equatable {
    package let source: String
    package let count: Int
  }

  private struct Tally {
    var second: Int64
    var recorded: Int
    var suppressed: Int
  }

  /// The code of the record that counts.
  static let suppressed = "suppressed"
  private static let sources = 4096
  private let perSecond: Int
  private let tallies = Mutex<[String: Tally]>([:])

  init(perSecond: Int) { self.perSecond = max(1, perSecond) }

  /// Whether this rejection gets a record of its own.
  func admits(_ source: String, at now: Instant) -> Bool {
    let second = now.milliseconds / 1000
    return tallies.withLock { tallies in
      let name = RejectionLedger.line(of: source, in: tallies)
      var tally = tallies[name] ?? Tally(second: second, recorded: 0, suppressed: 0)
      if tally.second != second {
        tally.second = second
        tally.recorded = 0
      }
      let admitted = tally.recorded < perSecond
      if admitted { tally.recorded += 1 } else { tally.suppressed += 1 }
      tallies[name] = tally
      return admitted
    }
  }

  /// Counts a rejection that gets no record of its own.
  /// - Returns: false, and nothing is counted, for one that does.
  func counts(_ source: String, at now: Instant) -> Bool {
    let second = now.milliseconds / 1000
    return tallies.withLock { tallies in
      let name = RejectionLedger.line(of: source, in: tallies)
      guard var tally = tallies[name], tally.second == second, tally.recorded >= perSecond else {
        return false
      }
      tally.suppressed += 1
      tallies[name] = tally
      return true
    }
  }

  /// The counts since the last call. Sources without any are forgotten.
  package func drain() -> [Suppressed] {
    tallies.withLock { tallies in
      let result = tallies.filter { $0.value.suppressed > 0 }
        .map { Suppressed(source: $0.key, count: $0.value.suppressed) }
        .sorted { $0.source < $1.source }
      tallies.removeAll(keepingCapacity: false)
      return result
    }
  }

  /// Takes counts back that couldn't be recorded; the next `drain` has them again.
  func restore(_ counts: some Sequence<Suppressed>) {
    tallies.withLock { tallies in
      for one in counts {
        let name = RejectionLedger.line(of: one.source, in: tallies)
        // A second long past: the next rejection of this source begins a new one.
        tallies[name, default: Tally(second: .min, recorded: 0, suppressed: 0)].suppressed += one.count
      }
    }
  }

  /// Beyond the table's size all further sources share one line, so that its size is bounded too.
  private static func line(of source: String, in tallies: [String: Tally]) -> String {
    tallies[source] == nil && tallies.count >= sources ? "others" : source
  }
}

extension Engine {
  /// Records a call that failed. Whoever has nothing but a token may be anybody, so what is refused them is counted like requests
  /// of nobody.
  /// - Throws: `auditUnavailable`; then the failure must not be told in its own words.
  func record(
    _ failure: AuditRecord, of caller: Caller, _ origin: RequestOrigin
  ) async throws(KMSError) {
    guard caller.webIdentity == nil || rejections.admits(origin.network, at: failure.time) else { return }
    try await desk.audit.append(failure)
  }

  /// Records a request that was refused before there was an operation to run.
  /// - Parameter code: the door's error code.
  /// - Parameter caller: nil when nobody was identified. Requests of identified callers are counted for each of them.
  /// - Throws: `auditUnavailable`; then the refusal must not be told in its own words.
  package func reject(
    _ code: String, operation: String, as caller: Caller?, from origin: RequestOrigin
  ) async throws(KMSError) {
    let now = desk.clock.now()
    let isFirst =
      caller.map { malformations.admits($0.principal, at: now) } ?? rejections.admits(origin.network, at: now)
    guard isFirst else { return }
    try await desk.audit.append(
      rejection(code, count: 1, operation: operation, id: origin.id.bits, caller, origin, now))
  }

  /// A request of nobody that is one of a flood is refused without a record of its own.
  /// - Returns: false for one that `reject` must record.
  package func countsRejection(from origin: RequestOrigin) -> Bool {
    rejections.counts(origin.network, at: desk.clock.now())
  }

  /// Writes the counting records; a background job calls it every few seconds and once at the end.
  /// - Throws: `auditUnavailable`; what wasn't recorded is counted on.
  package func recordSuppressedRejections() async throws(KMSError) {
    try await recordSuppressed(throttlings, as: KMSError.throttled.code, isSource: false)
    try await recordSuppressed(malformations, as: RejectionLedger.suppressed, isSource: false)
    try await recordSuppressed(rejections, as: RejectionLedger.suppressed, isSource: true)
  }

  /// - Parameter isSource: the ledger's lines are where requests came from; principals otherwise.
  private func recordSuppressed(
    _ ledger: RejectionLedger, as code: String, isSource: Bool
  ) async throws(KMSError) {
    let counts = ledger.drain()
    for (index, suppressed) in counts.enumerated() {
      let id = desk.randomness.bits128()
      let origin = RequestOrigin(
        id: RequestID(id), door: "", source: isSource ? suppressed.source : "", isEncrypted: false,
        userAgent: "")
      let details = isSource ? [] : [AuditRecord.Detail(name: "principal", value: suppressed.source)]
      let record = rejection(
        code, count: suppressed.count, operation: "", id: id, nil, origin, desk.clock.now(), details)
      do throws(KMSError) {
        try await desk.audit.append(record)
      } catch {
        ledger.restore(counts[index...])
        throw error
      }
    }
  }

  private func rejection(
    _ code: String, count: Int, operation: String, id: Bits128, _ caller: Caller?, _ origin: RequestOrigin,
    _ now: Instant, _ details: [AuditRecord.Detail] = []
  ) -> AuditRecord {
    AuditRecord(
      id: id, time: now, origin: origin, who: caller, operation: operation,
      demands: [],
      outcome: .rejected(code, count: count), encryptionContext: nil, details: details)
  }
}
