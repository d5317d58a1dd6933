import KMSDomain

/// Changes no root, and says when it was asked without the right.
struct QuietKeeper: RootKeeper {
  func report(_ epochs: [EpochRecord], permit: borrowing Permit) throws(KMSError) -> SealReport {
    try permit.check(.readSeal, key: nil, version: nil)
    return SealReport(kinds: ["file"], format: 2, epochs: epochs.count, epochsToMove: 0, recovery: nil)
  }

  func stage(_ change: RootChange, permit: borrowing Permit) throws(KMSError) {
    try permit.check(change.action, key: nil, version: nil)
  }

  func rewrapped(
    _ epochs: [EpochRecord], _ change: RootChange, permit: borrowing Permit
  ) throws(KMSError) -> [EpochRecord] {
    try permit.check(change.action, key: nil, version: nil)
    return epochs
  }

  func settle(
    _ epochs: [EpochRecord], _ change: RootChange, permit: borrowing Permit
  ) throws(KMSError) {
    try permit.check(change.action, key: nil, version: nil)
  }

  func accept(_ change: RootChange, permit: borrowing Permit) throws(KMSError) {
    try permit.check(change.action, key: nil, version: nil)
  }

  func note(_ change: RootChange, permit: borrowing Permit) throws(KMSError) -> Authenticated<SealNote> {
    try permit.check(change.action, key: nil, version: nil)
    return Authenticated(SealNote(generation: 1, fileCode: []), code: [])
  }
}
