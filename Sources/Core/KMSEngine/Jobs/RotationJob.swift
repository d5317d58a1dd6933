package import KMSDomain

/// Gives new material to the keys whose schedule says so. The assembly calls `runOnce` at an interval.
package struct RotationJob: Sendable {
  private let engine: Engine

  package init(_ engine: Engine) { self.engine = engine }

  /// - Returns: how many keys were rotated.
  /// - Throws: the first fault, after the other keys were rotated. Keys whose schedule or state somebody changed in the
  ///   meantime are no fault.
  package func runOnce() async throws(KMSError) -> Int {
    try await engine.forEachDue { (limit: Int) async throws(KMSError) in
      try await engine.desk.store.keysToRotate(before: engine.desk.clock.now(), limit: limit)
    } _: { (key: KeyID) async throws(KMSError) in
      _ = try await engine.runAsSystem(RotateKey(key), job: "rotation job")
    }
  }
}
