import KMSDomain
import Synchronization

/// The keys of one issuer: fetched when they are needed, kept for a while, fetched anew when a token names one that isn't
/// among them, and kept longer while the issuer doesn't answer.
///
/// However many ask, one fetch is under way at a time, and the next one begins no earlier than `pause` after the last.
final class IssuerKeys: Sendable {
  private struct State {
    var set: KeySet?
    var fetchedAt = Instant(milliseconds: 0)
    var attemptedAt: Instant?
    var flight: Task<Void, Never>?
    /// Which fetch the keys are of.
    var edition: UInt64 = 0

    /// A clock that went back makes keys stale, not eternal.
    func isKept(within age: Int64, at now: Int64) -> Bool {
      set != nil && (0..<max(age, 1)).contains(now &- fetchedAt.milliseconds)
    }
  }

  private let issuer: String
  private let algorithms: [TokenAlgorithm]
  private let source: any KeySource
  private let freshFor: Int64
  private let staleFor: Int64
  private let pause: Int64
  private let clock: any TimeSource
  private let faults: any FaultLog
  private let state = Mutex(State())

  init(_ settings: IssuerSettings, from source: any KeySource, clock: any TimeSource, faults: any FaultLog) {
    issuer = settings.issuer
    algorithms = settings.algorithms
    self.source = source
    freshFor = settings.freshFor.wholeMilliseconds
    staleFor = settings.staleFor.wholeMilliseconds
    pause = settings.pause.wholeMilliseconds
    self.clock = clock
    self.faults = faults
  }

  /// - Parameters freshFor, staleFor, pause: milliseconds.
  init(
    named issuer: String, _ algorithms: [TokenAlgorithm], from source: any KeySource, freshFor: Int64,
    staleFor: Int64, pause: Int64, clock: any TimeSource, faults: any FaultLog
  ) {
    self.issuer = issuer
    self.algorithms = algorithms
    self.source = source
    self.freshFor = freshFor
    self.staleFor = staleFor
    self.pause = pause
    self.clock = clock
    self.faults = faults
  }

  /// - Throws: `unknownKey`, `issuerUnreachable`.
  func key(_ id: String?, _ algorithm: TokenAlgorithm) async throws(TokenFault) -> IssuerKey {
    if let key = fresh()?.key(id, algorithm) { return key }
    await refresh()
    guard let set = usable() else { throw .issuerUnreachable }
    guard let key = set.key(id, algorithm) else { throw .unknownKey }
    return key
  }

  /// Which keys those at hand are: other ones get another number. nil while none are that can be used without asking.
  var freshEdition: UInt64? {
    let now = clock.now().milliseconds
    return state.withLock { $0.isKept(within: freshFor, at: now) ? $0.edition : nil }
  }

  private func fresh() -> KeySet? { keys(within: freshFor) }

  private func usable() -> KeySet? { keys(within: freshFor.addingSaturating(staleFor)) }

  private func keys(within age: Int64) -> KeySet? {
    let now = clock.now().milliseconds
    return state.withLock { $0.isKept(within: age, at: now) ? $0.set : nil }
  }

  private func refresh() async {
    let now = clock.now()
    let flight = state.withLock { state -> Task<Void, Never>? in
      if let flight = state.flight { return flight }
      if let last = state.attemptedAt, (0..<pause).contains(now.milliseconds &- last.milliseconds) {
        return nil
      }
      state.attemptedAt = now
      let flight = Task { await self.fetch() }
      state.flight = flight
      return flight
    }
    await flight?.value
  }

  private func fetch() async {
    let set: KeySet?
    do {
      set = try await KeySet(source.document(), for: algorithms)
    } catch {
      set = nil
      faults.record("keys of issuer \(issuer) could not be fetched: \(type(of: error))", request: nil)
    }
    let now = clock.now()
    state.withLock { state in
      state.flight = nil
      guard let set else { return }
      state.set = set
      state.edition &+= 1
      state.fetchedAt = now
    }
  }
}

extension Duration {
  var wholeMilliseconds: Int64 {
    let (seconds, attoseconds) = components
    let (product, overflow) = seconds.multipliedReportingOverflow(by: 1000)
    return overflow ? .max : product.addingSaturating(attoseconds / 1_000_000_000_000_000)
  }
}

extension Int64 {
  func addingSaturating(_ other: Int64) -> Int64 {
    let (sum, overflow) = addingReportingOverflow(other)
    return overflow ? .max : sum
  }
}
