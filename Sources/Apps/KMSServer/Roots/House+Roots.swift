import CustodySoftware
import KMSDomain
import KMSEngine
import Logging
import StoreSQLite

extension House {
  /// Puts an older seal file in force that the operator accepted.
  /// - Parameter given: as it was in the directory.
  func accept(_ accepted: AcceptedSeal?, insteadOf given: SealFile) async throws(KMSError) {
    guard let accepted, custody.roots.file != given else { return }
    logger.warning("an older seal file was accepted", metadata: ["accepted": "\(accepted.text)"])
    try await RootJob(engine, roots).accept(accepted.text)
  }

  /// Finishes a change of the root, or of the recovery, that ended with the server in between, and gives the seal file and the
  /// epochs of an earlier version what they have today.
  func finishRootChange() async throws(KMSError) {
    let file = custody.roots.file
    let isStale = try custody.rewrapped(try await store.epochs()).isEmpty == false
    let isKnown = try await store.sealNote()?.record == file.note
    guard isStale || !isKnown || file.isBetweenRoots || file.format == 2 else { return }
    let moved = try await RootJob(engine, roots).runOnce()
    logger.notice("finished a change of the root key", metadata: ["epochs": "\(moved)"])
  }
}
