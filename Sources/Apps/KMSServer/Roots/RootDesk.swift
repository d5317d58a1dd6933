import CustodySoftware
import KMSDomain
import KMSSystem
import Synchronization

/// Replaces the root and the recovery of a directory: custody says what the seal file is to hold, this writes it and has custody
/// go by it. Which right each step takes, and its place in the log, are the engine's business.
final class RootDesk: RootKeeper, RootTurn {
  private struct State {
    /// What `stage` puts in place.
    var prepared: NewRoot?
    /// Whether roots or epochs are being changed; one at a time.
    var isBusy = false
    /// Of the change that is under way, once something is staged.
    var progress: RootProgress?
    /// What opens the root in force, as far as this server was told.
    var source: Configuration.SealSource
  }

  private let custody: SoftwareCustody
  private let path: String
  private let faults: any FaultLog
  private let state: Mutex<State>

  /// - Parameter path: of the seal file.
  init(
    _ custody: SoftwareCustody, path: String, source: Configuration.SealSource, faults: any FaultLog
  ) {
    self.custody = custody
    self.path = path
    self.faults = faults
    state = Mutex(State(source: source))
  }

  /// The seal that the next start needs.
  var source: Configuration.SealSource { state.withLock { $0.source } }

  func use(_ source: Configuration.SealSource) { state.withLock { $0.source = source } }

  /// What `stage` is to put in place.
  func prepare(_ new: NewRoot) { state.withLock { $0.prepared = new } }

  /// Takes the only right to change roots or epochs; false when somebody has it.
  func begin() -> Bool {
    state.withLock { state in
      defer { state.isBusy = true }
      return !state.isBusy
    }
  }

  func end() { state.withLock { $0.isBusy = false } }

  /// How far a change has come; nil while there is none. Between roots it stays where it was until the change is finished.
  var progress: RootProgress? { state.withLock { $0.progress } }

  private func advance(_ step: (inout RootProgress) -> Void) {
    state.withLock { state in
      var progress = state.progress ?? RootProgress()
      step(&progress)
      state.progress = progress
    }
  }
}

extension RootDesk {
  func report(_ epochs: [EpochRecord], permit: borrowing Permit) throws(KMSError) -> SealReport {
    try permit.check(.readSeal, key: nil, version: nil)
    let file = custody.roots.file
    return SealReport(
      kinds: file.keepers.map(\.holder.kind.name), format: file.format, epochs: epochs.count,
      epochsToMove: try custody.rewrapped(epochs).count, recovery: recovery(file, epochs))
  }

  private func recovery(_ file: SealFile, _ epochs: [EpochRecord]) -> SealReport.Recovery? {
    guard let holder = file.recovery?.holder, let parameters = try? SharedParameters(holder) else {
      return nil
    }
    return SealReport.Recovery(
      needed: parameters.threshold, parts: parameters.parts, epochs: custody.recoverable(epochs) ?? 0)
  }

  func stage(_ change: RootChange, permit: borrowing Permit) throws(KMSError) {
    try permit.check(change.action, key: nil, version: nil)
    let prepared = state.withLock { state in
      defer { state.prepared = nil }
      return state.prepared
    }
    guard let prepared else { throw .custodyUnavailable }
    let next: OpenSeal
    do throws(SealError) {
      switch change {
      case .root: next = try custody.roots.adding(prepared)
      case .recovery: next = try custody.roots.with(recovery: prepared)
      }
    } catch {
      faults.record("no seal file could be made: \(error)", request: nil)
      throw .custodyUnavailable
    }
    try write(next)
    advance { $0 = RootProgress() }
  }

  func rewrapped(
    _ epochs: [EpochRecord], _ change: RootChange, permit: borrowing Permit
  ) throws(KMSError) -> [EpochRecord] {
    try permit.check(change.action, key: nil, version: nil)
    advance { $0.begin(epochs.count) }
    return try custody.rewrapped(epochs) { advance { $0.moved += 1 } }
  }

  func settle(
    _ epochs: [EpochRecord], _ change: RootChange, permit: borrowing Permit
  ) throws(KMSError) {
    try permit.check(change.action, key: nil, version: nil)
    guard try custody.rewrapped(epochs).isEmpty else { throw .contention }
    let roots = custody.roots
    defer { state.withLock { $0.progress = nil } }
    // A file in format 2 has no generation, by which an older one would be known.
    guard roots.file.isBetweenRoots || roots.file.format == 2 else { return }
    let next: OpenSeal
    do throws(SealError) {
      next = try roots.settled(on: roots.root)
    } catch {
      faults.record("no seal file could be made: \(error)", request: nil)
      throw .custodyUnavailable
    }
    try write(next)
  }

  func accept(_ change: RootChange, permit: borrowing Permit) throws(KMSError) {
    try permit.check(change.action, key: nil, version: nil)
    try write(custody.roots)
  }

  func note(_ change: RootChange, permit: borrowing Permit) throws(KMSError) -> Authenticated<SealNote> {
    try permit.check(change.action, key: nil, version: nil)
    return custody.sealNote
  }

  /// Custody goes by the file once it is on disk, and not before.
  private func write(_ next: OpenSeal) throws(KMSError) {
    do throws(SystemError) {
      try PrivateFile.write(next.file.encoded, to: path)
    } catch {
      faults.record("the seal file could not be written: \(error)", request: nil)
      throw .custodyUnavailable
    }
    custody.adopt(next)
  }
}
