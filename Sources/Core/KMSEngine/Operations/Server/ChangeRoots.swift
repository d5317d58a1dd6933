package import KMSDomain

/// One step of replacing the root or the recovery; `RootKeeper` has what each does. A record of the log says how far it came.
package struct ChangeRoots: Operation {
  package enum Step: String, Sendable {
    case stage
    case rewrap
    case settle
  }

  private let change: RootChange
  private let step: Step
  private let keeper: any RootKeeper

  package init(_ change: RootChange, _ step: Step, _ keeper: any RootKeeper) {
    self.change = change
    self.step = step
    self.keeper = keeper
  }

  package var operation: String {
    switch change {
    case .root: "ReplaceRoot"
    case .recovery: "CreateRecovery"
    }
  }

  package var asked: Asked { Asked(change.action, named: "server") }
  package var details: [AuditRecord.Detail] { [AuditRecord.Detail(name: "step", value: step.rawValue)] }

  package func prepare(_ desk: Desk) async throws(KMSError) -> [EpochRecord] {
    switch step {
    case .stage: []
    case .rewrap, .settle: try await desk.store.epochs()
    }
  }

  package var demandBeforehand: Demand? { demand }
  package func demands(_ prepared: [EpochRecord], _ desk: Desk) -> Demands { Demands(demand) }
  private var demand: Demand { Demand(change.action, on: .server, named: "server") }

  /// - Returns: how many epochs it moved.
  package func perform(
    _ prepared: [EpochRecord], _ permits: borrowing Permits, _ desk: Desk, _ caller: Caller
  ) throws(KMSError) -> Performed<Int> {
    switch step {
    case .stage:
      try keeper.stage(change, permit: permits.first)
      return Performed(0)
    case .rewrap:
      let moved = try keeper.rewrapped(prepared, change, permit: permits.first)
      return moved.isEmpty ? Performed(0) : Performed(moved.count, change: .rewrapEpochs(moved))
    case .settle:
      try keeper.settle(prepared, change, permit: permits.first)
      return Performed(0)
    }
  }
}
