package import KMSDomain

/// Takes away imported material whose time has come. The assembly calls `runOnce` at an interval, which is how much longer
/// material may stay.
package struct ExpiryJob: Sendable {
  private let engine: Engine

  package init(_ engine: Engine) { self.engine = engine }

  /// - Returns: how many keys lost material.
  /// - Throws: the first fault, after the other keys were dealt with. Keys whose material somebody changed in the meantime are
  ///   no fault.
  package func runOnce() async throws(KMSError) -> Int {
    try await engine.forEachDue { (limit: Int) async throws(KMSError) in
      try await engine.desk.store.keysToExpire(before: engine.desk.clock.now(), limit: limit)
    } _: { (key: KeyID) async throws(KMSError) in
      try await engine.runAsSystem(ExpireKeyMaterial(key), job: "expiry job")
    }
  }
}
