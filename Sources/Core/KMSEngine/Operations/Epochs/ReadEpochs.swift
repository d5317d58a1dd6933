package import KMSDomain

/// How much is wrapped under which epoch.
package struct ReadEpochs: Operation {
  package struct Use: Sendable {
    package let epoch: EpochRecord
    package let count: WrappedCount
  }

  package struct Answer: Sendable {
    /// The one that wraps.
    package let newest: EpochID
    /// In the order of their numbers.
    package let epochs: [Use]
    package let retired: [RetiredEpoch]
  }

  package init() {}

  package let operation = "ReadEpochs"
  package var asked: Asked { Asked(.readEpochs, named: "server") }

  package func prepare(_ desk: Desk) async throws(KMSError) -> Answer {
    var uses: [Use] = []
    for epoch in try await desk.store.epochs() {
      uses.append(Use(epoch: epoch, count: try await desk.store.wrapped(under: epoch.id)))
    }
    return Answer(
      newest: desk.custody.status.epoch, epochs: uses, retired: try await desk.store.retiredEpochs())
  }

  package var demandBeforehand: Demand? { demand }
  package func demands(_ prepared: Answer, _ desk: Desk) -> Demands { Demands(demand) }
  private var demand: Demand { Demand(.readEpochs, on: .server, named: "server") }

  package func perform(
    _ prepared: Answer, _ permits: borrowing Permits, _ desk: Desk, _ caller: Caller
  ) throws(KMSError) -> Performed<Answer> {
    try permits.first.check(.readEpochs, key: nil, version: nil)
    return Performed(prepared)
  }
}
