package import KMSDomain

/// Gives new material to the keys whose schedule says so. The assembly calls `runOnce` at an interval.
package struct RotationJob: Sendable {
  private let engine: Engine
  private static let batch = 100

  package init(_ engine: Engine) { self.engine = engine }

  /// - Returns: how many keys were rotated.
  /// - Throws: the first fault, after the other keys were rotated. Keys whose schedule or state somebody changed in the
  ///   meantime are no fault.
  package func runOnce() async throws(KMSError) -> Int {
    var rotated = 0
    while true {
      let due = try await engine.desk.store.keysToRotate(
        before: engine.desk.clock.now(), limit: RotationJob.batch)
      var progress = 0
      var fault: KMSError?
      for key in due {
        do throws(KMSError) {
          if try await rotate(key) { progress += 1 }
        } catch {
          fault = fault ?? error
        }
      }
      rotated += progress
      guard due.count == RotationJob.batch, progress > 0 else {
        if let fault { throw fault }
        return rotated
      }
    }
  }

  private func rotate(_ key: KeyID) async throws(KMSError) -> Bool {
    let origin = RequestOrigin(
      id: RequestID(engine.desk.randomness.bits128()), door: "system", source: "rotation job",
      isEncrypted: true, userAgent: "")
    do throws(KMSError) {
      _ = try await engine.run(RotateKey(key), as: .system, from: origin)
      return true
    } catch {
      if error.isOurFault { throw error }
      return false
    }
  }
}
