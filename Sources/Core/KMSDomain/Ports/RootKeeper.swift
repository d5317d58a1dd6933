/// What is put in the place of what there was.
package enum RootChange: Sendable {
  case root
  case recovery

  /// The right that it takes.
  package var action: Action {
    switch self {
    case .root: .replaceRoot
    case .recovery: .createRecovery
    }
  }
}

/// The right to change roots or epochs. One at a time has it, so that no epoch is made under a root that goes, and none goes that
/// is being moved to another root. What is wrapped under epochs needs none of it: that moves from one epoch to another, whatever
/// root they are under.
package protocol RootTurn: Sendable {
  /// - Returns: false when somebody has it; otherwise `end` gives it back.
  func begin() -> Bool
  func end()
}

extension RootTurn {
  /// Does something that needs the right, which takes no longer than a write to a disk.
  /// - Returns: nil when somebody else has it, and nothing was done.
  package func take<Answer: Sendable>(
    _ work: () async throws(KMSError) -> Answer
  ) async throws(KMSError) -> Answer? {
    guard begin() else { return nil }
    defer { end() }
    return try await work()
  }
}

/// Replaces the root, or the recovery, in three steps of which each may be the last before a crash: what is new is put beside
/// what was; the epochs are moved to it; what was is taken away. Each step may be done again, and a start finishes what a crash
/// interrupted.
package protocol RootKeeper: Sendable {
  /// Permit: `readSeal`, no key.
  /// - Parameter epochs: all of the store's, here and below.
  func report(_ epochs: [EpochRecord], permit: borrowing Permit) throws(KMSError) -> SealReport
  /// Writes a seal file with what is new beside what was. Permit: the change's, no key, here and below.
  /// - Throws: `KMSError.custodyUnavailable` when it can't be made or written; then nothing changed.
  func stage(_ change: RootChange, permit: borrowing Permit) throws(KMSError)
  /// Those of the epochs that have to be stored anew, as they have to be stored.
  func rewrapped(
    _ epochs: [EpochRecord], _ change: RootChange, permit: borrowing Permit
  ) throws(KMSError) -> [EpochRecord]
  /// Writes a seal file without what was.
  /// - Throws: `KMSError.contention` while an epoch isn't moved.
  func settle(
    _ epochs: [EpochRecord], _ change: RootChange, permit: borrowing Permit
  ) throws(KMSError)
  /// Writes the seal file as it is held to be: an older one that the operator accepted, in a later generation than any that there
  /// was, so that no other of that age is taken for it.
  func accept(_ change: RootChange, permit: borrowing Permit) throws(KMSError)
  /// What the store is to know of the seal file that was written last.
  func note(_ change: RootChange, permit: borrowing Permit) throws(KMSError) -> Authenticated<SealNote>
}

/// What seals a store.
package struct SealReport: Sendable, Equatable {
  package struct Recovery: Sendable, Equatable {
    package let needed: Int
    package let parts: Int
    /// How many epochs it opens: all, unless a change of it was interrupted.
    package let epochs: Int

    package init(needed: Int, parts: Int, epochs: Int) {
      self.needed = needed
      self.parts = parts
      self.epochs = epochs
    }
  }

  /// The seal's, and for the time of a change the other's too.
  package let kinds: [String]
  /// Of the seal file.
  package let format: Int
  package let epochs: Int
  /// Epochs that aren't under the root in force.
  package let epochsToMove: Int
  package let recovery: Recovery?

  package init(kinds: [String], format: Int, epochs: Int, epochsToMove: Int, recovery: Recovery?) {
    self.kinds = kinds
    self.format = format
    self.epochs = epochs
    self.epochsToMove = epochsToMove
    self.recovery = recovery
  }
}
