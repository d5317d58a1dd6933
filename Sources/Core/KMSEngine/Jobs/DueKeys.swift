import KMSDomain

extension Engine {
  /// Keys that a job takes from the store at once.
  private static let dueAtOnce = 100

  /// Works through the keys that are due, batch by batch, until none is left or none of a batch gets on.
  /// - Parameter due: the next ones, at most as many as asked for.
  /// - Parameter work: what must be done to one; its faults are ours or of somebody who changed the key meanwhile.
  /// - Returns: how many were done.
  /// - Throws: the first fault of ours, after the other keys were done: one damaged record must not keep the rest waiting.
  func forEachDue(
    _ due: (Int) async throws(KMSError) -> [KeyID], _ work: (KeyID) async throws(KMSError) -> Void
  ) async throws(KMSError) -> Int {
    var done = 0
    while true {
      let keys = try await due(Engine.dueAtOnce)
      var progress = 0
      var fault: KMSError?
      for key in keys {
        do throws(KMSError) {
          try await work(key)
          progress += 1
        } catch {
          if error.isOurFault { fault = fault ?? error }
        }
      }
      done += progress
      guard keys.count == Engine.dueAtOnce, progress > 0 else {
        if let fault { throw fault }
        return done
      }
    }
  }

  /// Runs an operation in the server's own name.
  /// - Parameter job: for the audit record.
  func runAsSystem<Op: Operation>(_ operation: Op, job: String) async throws(KMSError) -> Op.Answer {
    let origin = RequestOrigin(
      id: RequestID(desk.randomness.bits128()), door: "system", source: job, isEncrypted: true, userAgent: "")
    return try await run(operation, as: .system, from: origin)
  }
}
