package import KMSDomain

/// Destroys the keys whose deletion date has come. The assembly calls `runOnce` at an interval.
package struct DeletionJob: Sendable {
  private let engine: Engine

  package init(_ engine: Engine) { self.engine = engine }

  /// - Returns: how many keys were destroyed.
  /// - Throws: the first fault, after the other keys were destroyed: one damaged record must not keep the rest alive. Keys
  ///   that somebody saved in the meantime are no fault.
  package func runOnce() async throws(KMSError) -> Int {
    try await engine.forEachDue { (limit: Int) async throws(KMSError) in
      try await engine.desk.store.keysDue(before: engine.desk.clock.now(), limit: limit)
    } _: { (key: KeyID) async throws(KMSError) in
      try await engine.runAsSystem(DestroyKey(key), job: "deletion job")
    }
  }
}

extension Caller {
  /// The server itself.
  package static let system = Caller(
    account: nil, principal: "system", principalID: "system", userName: nil, isRoot: false,
    credential: "system", policies: [], isSystem: true)
}
