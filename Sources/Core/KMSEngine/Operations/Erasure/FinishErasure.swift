package import KMSDomain

/// Destroys the old erasure secret, once no epoch is under it any more: from then on no backup from before opens.
package struct FinishErasure: Operation {
  private let custody: any ErasureCustody
  package init(_ custody: any ErasureCustody) { self.custody = custody }

  package let operation = "FinishErasure"
  package var asked: Asked { Asked(.finishErasure, named: "server") }

  /// What is read says whether the old secret may go.
  package struct Prepared: Sendable {
    let state: ErasureState
    let mayFinish: Bool
  }

  package func prepare(_ desk: Desk) async throws(KMSError) -> Prepared {
    let state = try await desk.store.erasure()
    guard state.isUnderWay, let secret = state.begun?.secret, custody.erasureSecret?.id == secret else {
      return Prepared(state: state, mayFinish: false)
    }
    return Prepared(state: state, mayFinish: try await desk.isAll(under: secret))
  }

  package var demandBeforehand: Demand? { demand }
  package func demands(_ prepared: Prepared, _ desk: Desk) -> Demands { Demands(demand) }
  private var demand: Demand { Demand(.finishErasure, on: .server, named: "server") }

  package func isSlow(_ prepared: Prepared) -> Bool { true }

  /// - Returns: false when something is under the old secret still; then nothing was done.
  package func perform(
    _ prepared: Prepared, _ permits: borrowing Permits, _ desk: Desk, _ caller: Caller
  ) throws(KMSError) -> Performed<Bool> {
    try permits.first.check(.finishErasure, key: nil, version: nil)
    guard prepared.mayFinish, let begun = prepared.state.begun else { return Performed(false) }
    try custody.finishErasure(permit: permits.first)
    let step = ErasureState.Step(secret: begun.secret, at: desk.clock.now())
    return Performed(
      true, change: .erasure(.finish(step)),
      details: [
        AuditRecord.Detail(name: "erasure", value: begun.secret.hex),
        AuditRecord.Detail(name: "destroyed", value: String(prepared.state.destroying)),
      ])
  }
}

extension Desk {
  /// Whether every epoch of the store, and what is left of those that are gone, is under this erasure secret.
  func isAll(under secret: Bits128) async throws(KMSError) -> Bool {
    guard try await store.epochs().allSatisfy({ $0.erasure == secret }) else { return false }
    return try await store.retiredEpochs().allSatisfy { $0.erasure == secret }
  }
}
