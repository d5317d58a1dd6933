package import KMSDomain

/// An operation carried out, and the record that must be written before anybody learns of it.
package struct Settled<Answer: Sendable>: Sendable {
  package let result: Result<Performed<Answer>, KMSError>
  package let record: AuditRecord
  /// One refusal of a flood: it was counted, and its record is not to be written.
  package var isCounted = false

  /// Whether something must be stored before the answer may leave.
  var hasChange: Bool {
    if case .success(let performed) = result { performed.change != nil } else { false }
  }
}

extension Engine {
  /// Authorise, check the state, do the work, make the record: the same for both lanes. Never waits.
  func settle<Op: Operation>(
    _ operation: Op, _ prepared: Op.Prepared, _ docket: Docket, _ caller: Caller, _ origin: RequestOrigin
  ) -> Settled<Op.Answer> {
    var heard: [AuditRecord.Demand] = []
    let result: Result<Performed<Op.Answer>, KMSError>
    do throws(KMSError) {
      let permits = try permits(for: docket, caller, origin, &heard)
      if operation.isDryRun {
        try operation.rehearse(prepared, permits, desk, caller)
        throw .dryRun
      }
      result = .success(try operation.perform(prepared, permits, desk, caller))
    } catch {
      result = .failure(error)
    }
    let now = desk.clock.now()
    if case .success = result { desk.uses.note(docket.demands, at: now, in: origin.id) }
    let record = AuditRecord(
      id: recordID(of: result, origin), time: now, origin: origin, who: caller,
      operation: operation.operation, demands: heard, outcome: outcome(of: result),
      encryptionContext: operation.encryptionContext,
      details: details(of: result, operation.details(prepared)))
    return Settled(result: result, record: record)
  }

  /// Whether the caller has the rights and the keys are in the right states: nobody else waits for a worker.
  func isWelcome(_ docket: Docket, _ caller: Caller, _ origin: RequestOrigin) -> Bool {
    var heard: [AuditRecord.Demand] = []
    do throws(KMSError) {
      _ = try permits(for: docket, caller, origin, &heard)
      return true
    } catch {
      return false
    }
  }

  /// All rights first, then all states: somebody without the right doesn't learn the state.
  private func permits(
    for docket: Docket, _ caller: Caller, _ origin: RequestOrigin, _ heard: inout [AuditRecord.Demand]
  ) throws(KMSError) -> Permits {
    let demands = docket.demands
    let first = try permit(for: demands.first, docket.first, caller, origin, &heard)
    var second: Permit?
    if let demand = demands.second {
      second = try permit(for: demand, docket.second, caller, origin, &heard)
    }
    var further: [Permits.Box] = []
    if let demand = demands.third {
      further.append(Permits.Box(try permit(for: demand, docket.third, caller, origin, &heard)))
    }
    for (demand, findings) in zip(demands.rest, docket.rest) {
      further.append(Permits.Box(try permit(for: demand, findings, caller, origin, &heard)))
    }
    try demands.first.requireState(desk.clock)
    try demands.second?.requireState(desk.clock)
    try demands.third?.requireState(desk.clock)
    for demand in demands.rest { try demand.requireState(desk.clock) }
    return Permits(first, second, further)
  }

  func permit(
    for demand: Demand, _ findings: Docket.Findings, _ caller: Caller, _ origin: RequestOrigin,
    _ heard: inout [AuditRecord.Demand]
  ) throws(KMSError) -> Permit {
    let request = AccessRequest(
      action: demand.action, caller: caller, origin: origin, resource: demand.resource, facts: demand.facts,
      time: desk.clock.now(), grants: findings.grants, aliases: findings.aliases)
    let verdict = authorise(
      request, version: demand.version, newKey: demand.newKey, vocabulary: desk.vocabulary)
    let decision = verdict.decision
    heard.append(
      AuditRecord.Demand(
        action: demand.action, named: demand.named, resolved: demand.resolvedAs ?? demand.resource.name,
        key: demand.resource.keyID ?? demand.newKey, version: demand.version, decision: decision))
    guard let permit = verdict.takePermit() else {
      throw .denied(
        KMSError.Denial(
          action: demand.action, principal: caller.principal, resource: demand.resource.name,
          decision: decision, hadKeyPolicy: demand.resource.keyID != nil, named: demand.named,
          isForeign: demand.resource.account != caller.account))
    }
    return permit
  }

  /// The request's own, but for a change. The record of a change is written once by its id, also over a restart: it must not be
  /// taken for that of another operation which the door did for the same request.
  private func recordID<Answer>(
    of result: Result<Performed<Answer>, KMSError>, _ origin: RequestOrigin
  ) -> Bits128 {
    if case .success(let performed) = result, performed.change != nil { return desk.randomness.bits128() }
    return origin.id.bits
  }

  private func details<Answer>(
    of result: Result<Performed<Answer>, KMSError>, _ known: [AuditRecord.Detail]
  ) -> [AuditRecord.Detail] {
    guard case .success(let performed) = result else { return known }
    let destroyed = performed.change.map(Engine.destroyed) ?? []
    guard !performed.details.isEmpty || !destroyed.isEmpty else { return known }
    guard !destroyed.isEmpty else { return known + performed.details }
    // For certificates of destruction.
    let onDevice = destroyed.filter { !$0.versionsAwaitingRemoval.isEmpty }
    return known + performed.details + [AuditRecord.Detail("destroyedKeys", naming: destroyed)]
      + (onDevice.isEmpty ? [] : [AuditRecord.Detail("keysOnDevice", naming: onDevice)])
  }

  /// Keys of which a change leaves no material anywhere in the store. A replica's material stays with its relatives.
  private static func destroyed(by change: StoreChange) -> [KeyRecord] {
    if case .destroyKey(let key, _) = change {
      return (key.record.family?.regions.count ?? 1) > 1 ? [] : [key.record]
    }
    if case .together(let changes) = change { return changes.flatMap(destroyed) }
    return []
  }

  private func outcome<Answer>(of result: Result<Performed<Answer>, KMSError>) -> AuditRecord.Outcome {
    switch result {
    case .success: .success
    case .failure(let error): error.outcome
    }
  }

  /// The record of a call that failed before it could be authorised, or whose change couldn't be stored.
  func failure<Op: Operation>(
    of operation: Op, _ error: KMSError, _ caller: Caller, _ origin: RequestOrigin
  ) -> AuditRecord {
    let asked = operation.asked
    return AuditRecord(
      id: origin.id.bits, time: desk.clock.now(), origin: origin, who: caller,
      operation: operation.operation,
      demands: [
        AuditRecord.Demand(
          action: asked.action, named: asked.named, resolved: "", key: nil, version: nil, decision: nil)
      ],
      outcome: error.outcome, encryptionContext: operation.encryptionContext, details: operation.details)
  }
}

extension Demand {
  /// - Throws: when the key's state or usages don't allow the action.
  func requireState(_ clock: any TimeSource) throws(KMSError) {
    guard let key = resource.key, !anyState else { return }
    // A caller that let the ciphertext name the key learns no name, and not that there once was a key.
    guard action.requirement != .processes || !named.isEmpty || !key.record.state.isDestroyed else {
      throw .ciphertextKeyInaccessible
    }
    try key.require(action.requirement)
    if let usage = usage ?? action.usage, !key.currentUses.contains(usage) {
      if isOfAnotherKey { throw .incorrectKey }
      throw .invalidKeyUsage(key: key.record.resourceName, usages: key.currentUses, action: action)
    }
    try key.requireDates(action.requirement, at: clock.now())
  }
}

extension ProtectedResource {
  var keyID: KeyID? { key?.record.id }
}

extension AuditRecord.Detail {
  /// Keys by their internal ids and by what policies call them.
  init(_ name: String, naming keys: [KeyRecord]) {
    self.init(
      name: name, value: keys.map { "\($0.id.bits.hex) \($0.resourceName)" }.joined(separator: "\n"))
  }
}
