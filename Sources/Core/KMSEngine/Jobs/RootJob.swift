package import KMSDomain

/// Finishes a change of the root or the recovery that ended with the server in between. The assembly runs it at each start
/// that finds one.
package struct RootJob: Sendable {
  private let engine: Engine
  private let keeper: any RootKeeper

  package init(_ engine: Engine, _ keeper: any RootKeeper) {
    self.engine = engine
    self.keeper = keeper
  }

  /// Puts an older seal file in force that the operator accepted.
  /// - Parameter words: what the operator said to have it accepted.
  package func accept(_ words: String) async throws(KMSError) {
    _ = try await engine.runAsSystem(ChangeRoots(.root, .accept, keeper, accepted: words), job: "root job")
  }

  /// - Returns: how many epochs were moved.
  package func runOnce() async throws(KMSError) -> Int {
    let moved = try await engine.runAsSystem(ChangeRoots(.root, .rewrap, keeper), job: "root job")
    _ = try await engine.runAsSystem(ChangeRoots(.root, .settle, keeper), job: "root job")
    return moved
  }
}
