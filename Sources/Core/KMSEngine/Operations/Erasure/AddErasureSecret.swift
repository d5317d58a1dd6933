package import KMSDomain

/// Puts the new secret of an erasure that was begun beside the old one.
package struct AddErasureSecret: Operation {
  package typealias Prepared = ErasureState

  private let custody: any ErasureCustody
  package init(_ custody: any ErasureCustody) { self.custody = custody }

  package let operation = "AddErasureSecret"
  package var asked: Asked { Asked(.addErasureSecret, named: "server") }

  package func prepare(_ desk: Desk) async throws(KMSError) -> ErasureState {
    try await desk.store.erasure()
  }

  package var demandBeforehand: Demand? { demand }
  package func demands(_ prepared: ErasureState, _ desk: Desk) -> Demands { Demands(demand) }
  private var demand: Demand { Demand(.addErasureSecret, on: .server, named: "server") }

  /// A disk is waited for.
  package func isSlow(_ prepared: ErasureState) -> Bool { true }

  package func details(_ prepared: ErasureState) -> [AuditRecord.Detail] {
    prepared.begun.map { [AuditRecord.Detail(name: "erasure", value: $0.secret.hex)] } ?? []
  }

  package func perform(
    _ prepared: ErasureState, _ permits: borrowing Permits, _ desk: Desk, _ caller: Caller
  ) throws(KMSError) -> Performed<Void> {
    try permits.first.check(.addErasureSecret, key: nil, version: nil)
    guard prepared.isUnderWay, let begun = prepared.begun else { return Performed(()) }
    try custody.addErasureSecret(begun.secret, now: desk.clock.now(), permit: permits.first)
    return Performed(())
  }
}
