package import KMSDomain

/// Begins an erasure: what is destroyed by now will be gone from every copy once it is finished. `ErasureJob` does the rest.
///
/// It is stored and recorded before anything is under the new secret, so that whatever was destroyed before its record was
/// never under it.
package struct BeginErasure: Operation {
  package typealias Prepared = ErasureState

  private let custody: any ErasureCustody
  package init(_ custody: any ErasureCustody) { self.custody = custody }

  package let operation = "BeginErasure"
  package var asked: Asked { Asked(.beginErasure, named: "server") }

  package func prepare(_ desk: Desk) async throws(KMSError) -> ErasureState {
    try await desk.store.erasure()
  }

  package var demandBeforehand: Demand? { demand }
  package func demands(_ prepared: ErasureState, _ desk: Desk) -> Demands { Demands(demand) }
  private var demand: Demand { Demand(.beginErasure, on: .server, named: "server") }

  /// - Returns: false where one is under way already: then nothing is changed.
  package func perform(
    _ prepared: ErasureState, _ permits: borrowing Permits, _ desk: Desk, _ caller: Caller
  ) throws(KMSError) -> Performed<Bool> {
    try permits.first.check(.beginErasure, key: nil, version: nil)
    guard custody.erasureSecret != nil else { throw .custodyUnavailable }
    guard !prepared.isUnderWay else { return Performed(false) }
    let step = ErasureState.Step(secret: desk.randomness.bits128(), at: desk.clock.now())
    return Performed(
      true, change: .erasure(.begin(step, after: prepared.begun?.secret)),
      details: [AuditRecord.Detail(name: "erasure", value: step.secret.hex)])
  }
}
