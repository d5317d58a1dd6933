package import KMSDomain

/// Writes down the states of objects whose dates have come, and erases what an interrupted message left of destroyed ones. The
/// assembly calls `runOnce` at an interval.
package struct TransitionJob: Sendable {
  private let engine: Engine

  package init(_ engine: Engine) { self.engine = engine }

  /// - Returns: how many objects were looked at.
  /// - Throws: the first fault, after the other objects were dealt with.
  package func runOnce() async throws(KMSError) -> Int {
    try await engine.forEachDue { (limit: Int) async throws(KMSError) in
      try await engine.desk.store.objectsToMoveOn(before: engine.desk.clock.now(), limit: limit)
    } _: { (key: KeyID) async throws(KMSError) in
      _ = try await engine.runAsSystem(MoveObjectOn(key), job: "transition job")
    }
  }
}
