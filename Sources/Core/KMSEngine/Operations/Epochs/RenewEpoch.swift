package import KMSDomain

/// Makes the next wrapping-key epoch and stores it; `EpochJob` has it adopted afterwards.
package struct RenewEpoch: Operation {
  package typealias Prepared = Void

  private let epochs: any EpochCustody
  package init(_ epochs: any EpochCustody) { self.epochs = epochs }

  package let operation = "RenewEpoch"
  package var asked: Asked { Asked(.renewEpoch, named: "server") }

  package func prepare(_ desk: Desk) async throws(KMSError) {}

  package func demands(_ prepared: Void, _ desk: Desk) -> Demands {
    Demands(Demand(.renewEpoch, on: .server, named: "server"))
  }

  package func perform(
    _ prepared: Void, _ permits: borrowing Permits, _ desk: Desk, _ caller: Caller
  ) throws(KMSError) -> Performed<EpochRecord> {
    let epoch = try epochs.makeEpoch(now: desk.clock.now(), permit: permits.first)
    return Performed(epoch, change: .addEpoch(epoch))
  }
}
