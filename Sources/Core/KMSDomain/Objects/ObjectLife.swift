// The life of a record whose dates move it on: what is stored says where it was when it was last changed.

extension KeyRecord {
  /// What it may be used for now.
  package var currentUses: KeyUsages { object.map { $0.uses.intersection(usages) } ?? usages }

  /// Its identifier among the keys of its account's AWS keyring, if it stands there without being at home there.
  package var sharedName: KeyName? {
    guard object?.isShared == true, home.kind != .aws else { return nil }
    return KeyName(
      .identifier, identifier, in: Keyring(account: home.account, region: home.region, kind: .aws))
  }

  package var kind: ObjectKind { object?.kind ?? ObjectKind(of: spec) }

  /// The state at a moment: dates that have passed since the last change have had their effect. What they do doesn't need a
  /// request, and what was written of it may be behind.
  package func state(at now: Instant) -> KeyState {
    guard let dates = object?.dates else { return state }
    var state = state
    if state == .preActive, let activation = dates.activation, activation <= now { state = .active }
    if state == .active, let deactivation = dates.deactivation, deactivation <= now { state = .deactivated }
    return state
  }

  /// When `state(at:)` will be another, if nobody changes the record; nil: never.
  package var nextTransition: Instant? {
    guard let dates = object?.dates else { return nil }
    switch state {
    case .preActive: return dates.activation
    case .active: return dates.deactivation
    case .suspended, .deactivated, .compromised, .destroyed, .destroyedCompromised, .pendingImport,
      .pendingDeletion, .compromisedPendingDeletion:
      return nil
    }
  }

  /// For how long a destroyed object may keep its material, in seconds: a message that may still be taken back erases when it is
  /// done, and one that never came to its end erases nothing. Longer than a message takes; one that takes longer finds that it
  /// can't be taken back any more.
  package static let erasureDelay: Int64 = 600

  /// When material must be gone that a destroyed object still has; nil: there is none. What waits for a device doesn't count.
  package var erasure: Instant? {
    guard state.isDestroyed, let object,
      materials.contains(where: { $0.material != nil && !$0.awaitsRemoval })
    else { return nil }
    return (object.dates.destruction ?? createdAt).advanced(seconds: KeyRecord.erasureDelay)
  }

  /// When the server has to look at it again without being asked: for a transition, or to erase; nil: never.
  package var nextMove: Instant? { erasure ?? nextTransition }

  /// Whether its dates allow it to protect, or to process, at a moment.
  package func isWithinDates(protecting: Bool, at now: Instant) -> Bool {
    guard let dates = object?.dates else { return true }
    if protecting {
      if let start = dates.protectStart, now < start { return false }
      return dates.protectStop.map { now < $0 } ?? true
    }
    return dates.processStart.map { now >= $0 } ?? true
  }

  /// Whether it has any of the dates that `isWithinDates` compares: without them it is always within.
  var isDated: Bool {
    guard let dates = object?.dates else { return false }
    return dates.protectStart != nil || dates.protectStop != nil || dates.processStart != nil
  }

  /// - Throws: `outsideDates` when it may be used, but not for this yet, or no more.
  package func requireDates(_ requirement: StateRequirement, at now: Instant) throws(KMSError) {
    let protecting = requirement == .protects || requirement == .derives
    guard protecting || requirement == .processes else { return }
    guard isWithinDates(protecting: protecting, at: now) else { throw .object(.outsideDates(resourceName)) }
  }

  /// The record as it is at a moment.
  package func caughtUp(to now: Instant) -> KeyRecord {
    var record = self
    record.state = state(at: now)
    return record
  }
}
