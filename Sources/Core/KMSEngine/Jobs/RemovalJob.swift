package import KMSDomain
import Synchronization

/// Removes from the device what keys had there that are destroyed, and what was made for keys that never came to be. The assembly calls `runOnce` at an interval.
///
/// It keeps no place of its own: a destroyed key's record refers to the device until the object there is gone, and what was to be made
/// stands among the store's intentions, so a run that was cut off at any moment is carried on by the next, and so is one that found
/// the device away.
package final class RemovalJob: Sendable {
  private let engine: Engine
  private let custody: any DeviceCustody
  /// Of keys of which a removal failed while the device answered, from when on it is tried again: one on another token must not fill the
  /// log.
  private let notBefore = Mutex<[KeyID: Instant]>([:])

  private static let keysAtOnce = 100
  /// Seconds.
  private static let pause: Int64 = 600

  package init(_ engine: Engine, _ custody: any DeviceCustody) {
    self.engine = engine
    self.custody = custody
  }

  /// - Returns: from how many keys something was removed, or forgotten because other keys refer to it.
  /// - Throws: the first fault, after the other keys. While the device doesn't answer nothing is tried.
  package func runOnce() async throws(KMSError) -> Int {
    guard custody.hasDevice else { return 0 }
    let removed = try await removeDestroyed()
    try await removeUnmade()
    return removed
  }

  private func removeDestroyed() async throws(KMSError) -> Int {
    var done = 0
    var fault: KMSError?
    var place: Int64?
    while true {
      let found = try await engine.desk.store.keysToRemove(after: place, limit: RemovalJob.keysAtOnce)
      let due = found.filter { isDue($0.id) }
      if !due.isEmpty { try await requireDevice() }
      for key in due {
        do throws(KMSError) {
          _ = try await engine.runAsSystem(RemoveFromDevice(key.id, from: custody), job: "removal job")
          notBefore.withLock { $0[key.id] = nil }
          done += 1
        } catch {
          postpone(key.id)
          fault = fault ?? error
        }
      }
      guard found.count == RemovalJob.keysAtOnce, let last = found.last else { break }
      place = last.place
    }
    if let fault { throw fault }
    return done
  }

  private func removeUnmade() async throws(KMSError) {
    let entries = engine.desk.unmade.all.filter { isDue($0.identity.key) }
    if !entries.isEmpty { try await requireDevice() }
    var fault: KMSError?
    for entry in entries {
      do throws(KMSError) {
        try await remove(entry)
      } catch {
        postpone(entry.identity.key)
        fault = fault ?? error
      }
    }
    if let fault { throw fault }
  }

  private func remove(_ entry: UnmadeMaterial.Entry) async throws(KMSError) {
    // Only versions that are nowhere: most of what a failed change named was there before.
    if try await engine.desk.store.references(to: entry.identity.version) == 0 {
      _ = try await engine.runAsSystem(RemoveUnmade(entry, from: custody), job: "removal job")
    }
    try await engine.desk.store.forgetIntention(of: entry.identity.version)
    engine.desk.unmade.forget(entry)
  }

  private func requireDevice() async throws(KMSError) {
    let custody = self.custody
    let fault = try await engine.desk.slowLane.perform { _ -> KMSError? in
      do throws(KMSError) {
        try custody.requireDevice()
        return nil
      } catch {
        return error
      }
    }
    if let fault { throw fault }
  }

  private func isDue(_ key: KeyID) -> Bool {
    let now = engine.desk.clock.now()
    return notBefore.withLock { $0[key].map { $0 <= now } ?? true }
  }

  private func postpone(_ key: KeyID) {
    let until = engine.desk.clock.now().advanced(seconds: RemovalJob.pause)
    notBefore.withLock { $0[key] = until }
  }
}
