package import KMSDomain

/// What seals the root, and how far a change of it is.
package struct ReadSeal: Operation {
  private let keeper: any RootKeeper

  package init(_ keeper: any RootKeeper) { self.keeper = keeper }

  package let operation = "ReadSeal"
  package var asked: Asked { Asked(.readSeal, named: "server") }

  package func prepare(_ desk: Desk) async throws(KMSError) -> [EpochRecord] {
    try await desk.store.epochs()
  }

  package var demandBeforehand: Demand? { demand }
  package func demands(_ prepared: [EpochRecord], _ desk: Desk) -> Demands { Demands(demand) }
  private var demand: Demand { Demand(.readSeal, on: .server, named: "server") }

  package func perform(
    _ prepared: [EpochRecord], _ permits: borrowing Permits, _ desk: Desk, _ caller: Caller
  ) throws(KMSError) -> Performed<SealReport> {
    Performed(try keeper.report(prepared, permit: permits.first))
  }
}
