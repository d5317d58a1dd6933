package import KMSDomain

/// One step of replacing the root or the recovery; `RootKeeper` has what each does. A record of the log says how far it came.
package struct ChangeRoots: Operation {
  package enum Step: String, Sendable {
    case stage
    case rewrap
    case settle
    /// Not part of a change: see `RootKeeper.accept`.
    case accept
  }

  private let change: RootChange
  private let step: Step
  private let keeper: any RootKeeper
  private let accepted: String?

  /// - Parameter accepted: what the operator said to have an older seal file accepted.
  package init(_ change: RootChange, _ step: Step, _ keeper: any RootKeeper, accepted: String? = nil) {
    self.change = change
    self.step = step
    self.keeper = keeper
    self.accepted = accepted
  }

  package var operation: String {
    switch change {
    case .root: "ReplaceRoot"
    case .recovery: "CreateRecovery"
    }
  }

  package var asked: Asked { Asked(change.action, named: "server") }
  package var details: [AuditRecord.Detail] {
    [AuditRecord.Detail(name: "step", value: step.rawValue)]
      + (accepted.map { [AuditRecord.Detail(name: "accepted", value: $0)] } ?? [])
  }

  package func prepare(_ desk: Desk) async throws(KMSError) -> [EpochRecord] {
    switch step {
    case .stage, .accept: []
    case .rewrap, .settle: try await desk.store.epochs()
    }
  }

  package var demandBeforehand: Demand? { demand }
  package func demands(_ prepared: [EpochRecord], _ desk: Desk) -> Demands { Demands(demand) }
  private var demand: Demand { Demand(change.action, on: .server, named: "server") }

  /// Each step has the store know which seal file is in force: after a kill between the two, the file is the newer one, and the
  /// next start catches up.
  /// - Returns: how many epochs it moved.
  package func perform(
    _ prepared: [EpochRecord], _ permits: borrowing Permits, _ desk: Desk, _ caller: Caller
  ) throws(KMSError) -> Performed<Int> {
    switch step {
    case .stage: try keeper.stage(change, permit: permits.first)
    case .rewrap:
      let moved = try keeper.rewrapped(prepared, change, permit: permits.first)
      return Performed(
        moved.count, change: .together([.rewrapEpochs(moved), try note(permits.first)]))
    case .settle: try keeper.settle(prepared, change, permit: permits.first)
    case .accept: try keeper.accept(change, permit: permits.first)
    }
    return Performed(0, change: try note(permits.first))
  }

  private func note(_ permit: borrowing Permit) throws(KMSError) -> StoreChange {
    .noteSeal(try keeper.note(change, permit: permit))
  }
}
