package import KMSDomain

/// Destroys the keys whose deletion date has come. The assembly calls `runOnce` at an interval.
package struct DeletionJob: Sendable {
  private let engine: Engine
  private static let batch = 100

  package init(_ engine: Engine) { self.engine = engine }

  /// - Returns: how many keys were destroyed.
  /// - Throws: the first fault, after the other keys were destroyed: one damaged record must not keep the rest alive. Keys
  ///   that somebody saved in the meantime are no fault.
  package func runOnce() async throws(KMSError) -> Int {
    var destroyed = 0
    while true {
      let due = try await engine.desk.store.keysDue(before: engine.desk.clock.now(), limit: DeletionJob.batch)
      var progress = 0
      var fault: KMSError?
      for key in due {
        do throws(KMSError) {
          if try await destroy(key) { progress += 1 }
        } catch {
          fault = fault ?? error
        }
      }
      destroyed += progress
      guard due.count == DeletionJob.batch, progress > 0 else {
        if let fault { throw fault }
        return destroyed
      }
    }
  }

  private func destroy(_ key: KeyID) async throws(KMSError) -> Bool {
    let origin = RequestOrigin(
      id: RequestID(engine.desk.randomness.bits128()), door: "system", source: "deletion job",
      isEncrypted: true, userAgent: "")
    do throws(KMSError) {
      try await engine.run(DestroyKey(key), as: .system, from: origin)
      return true
    } catch {
      if error.isOurFault { throw error }
      return false
    }
  }
}

extension Caller {
  /// The server itself.
  package static let system = Caller(
    account: nil, principal: "system", principalID: "system", userName: nil, isRoot: false,
    credential: "system", policies: [], isSystem: true)
}
