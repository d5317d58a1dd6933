import CustodySoftware
import KMSDomain
import KMSEngine
import Logging
import StoreSQLite

extension House {
  /// Finishes a change of the root, or of the recovery, that ended with the server in between.
  func finishRootChange() async throws(KMSError) {
    let isStale = try custody.rewrapped(try await store.epochs()).isEmpty == false
    guard isStale || custody.roots.file.isBetweenRoots else { return }
    let moved = try await RootJob(engine, roots).runOnce()
    logger.notice("finished a change of the root key", metadata: ["epochs": "\(moved)"])
  }
}
