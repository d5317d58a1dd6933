package import KMSDomain

/// Removes old epochs under which nothing is wrapped any more. What stays of each is by what tokens open that it sealed, until
/// none of them can be good any more; their numbers are never used again.
package struct RetireEpochs: Operation {
  package struct Prepared: Sendable {
    let retirable: [EpochID]
    /// Gone already, and under an old erasure secret.
    let stale: [RetiredEpoch]
    let outlived: [EpochID]
  }

  private let custody: any RewrapCustody & ErasureCustody

  package init(_ custody: any RewrapCustody & ErasureCustody) { self.custody = custody }

  package let operation = "RetireEpochs"
  package var asked: Asked { Asked(.retireEpochs, named: "server") }

  package func details(_ prepared: Prepared) -> [AuditRecord.Detail] {
    [
      ("retired", prepared.retirable), ("sealedAgain", prepared.stale.map(\.id)),
      ("forgotten", prepared.outlived),
    ].filter { !$0.1.isEmpty }.map {
      AuditRecord.Detail(name: $0.0, value: $0.1.map { String($0.number) }.joined(separator: " "))
    }
  }

  package func prepare(_ desk: Desk) async throws(KMSError) -> Prepared {
    let now = desk.clock.now()
    var retirable: [EpochID] = []
    for epoch in try await desk.oldEpochs() {
      if try await desk.store.wrapped(under: epoch.id).total == 0 { retirable.append(epoch.id) }
    }
    let gone = try await desk.store.retiredEpochs()
    let secret = custody.erasureSecret?.id
    return Prepared(
      retirable: retirable, stale: gone.filter { $0.until > now && $0.erasure != secret },
      outlived: gone.filter { $0.until <= now }.map(\.id))
  }

  package var demandBeforehand: Demand? { demand }
  package func demands(_ prepared: Prepared, _ desk: Desk) -> Demands { Demands(demand) }
  private var demand: Demand { Demand(.retireEpochs, on: .server, named: "server") }

  /// - Returns: what is to be released, and forgotten, from custody.
  package func perform(
    _ prepared: Prepared, _ permits: borrowing Permits, _ desk: Desk, _ caller: Caller
  ) throws(KMSError) -> Performed<EpochRetirement> {
    try permits.first.check(.retireEpochs, key: nil, version: nil)
    let until = desk.clock.now().advanced(seconds: RetiredEpoch.tokenLife)
    var retired: [RetiredEpoch] = []
    for epoch in prepared.retirable {
      retired.append(try custody.retire(epoch, until: until, permit: permits.first))
    }
    for epoch in prepared.stale {
      retired.append(try custody.retire(epoch.id, until: epoch.until, permit: permits.first))
    }
    let retirement = EpochRetirement(retired: retired, forgotten: prepared.outlived)
    let hasNone = retired.isEmpty && prepared.outlived.isEmpty
    return Performed(retirement, change: hasNone ? nil : .retireEpochs(retirement))
  }
}

extension Desk {
  /// Those in the store that custody has put behind it.
  func oldEpochs() async throws(KMSError) -> [EpochRecord] {
    let newest = custody.status.epoch
    return try await store.epochs().filter { $0.id < newest }
  }
}
