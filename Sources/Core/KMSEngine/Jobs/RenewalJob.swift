package import KMSDomain
import Synchronization

/// Puts others in the place of objects whose owners want that from time to time. The assembly calls `runOnce` at an interval.
package final class RenewalJob: Sendable {
  private let engine: Engine
  private let work: Work
  /// Objects that couldn't be renewed, and when they are tried again: each attempt is written down, and what was in the way seldom
  /// goes by itself.
  private let resting = Mutex<[KeyID: Instant]>([:])

  /// In seconds.
  package static let rest: Int64 = 3600

  /// What is done to an object.
  package typealias Work = @Sendable (ProtectedKey) async throws(KMSError) -> ObjectWork

  /// - Parameter work: of the door that the objects came through: what the new one is, it knows. The work refuses when the object's
  ///   time hasn't come any more.
  package init(_ engine: Engine, by work: @escaping Work) {
    self.engine = engine
    self.work = work
  }

  /// - Returns: how many objects were renewed.
  /// - Throws: the first fault, after the other objects were renewed.
  package func runOnce() async throws(KMSError) -> Int {
    try await engine.forEachDue { (limit: Int) async throws(KMSError) in
      let now = self.engine.desk.clock.now()
      let resting = self.wake(at: now)
      let due = try await self.engine.desk.store.objectsToRenew(before: now, limit: limit + resting.count)
      return Array(due.filter { resting[$0] == nil }.prefix(limit))
    } _: { (id: KeyID) async throws(KMSError) in
      do throws(KMSError) {
        guard let key = try await self.engine.desk.object(id) else { throw .keyNotFound(id.bits.hex) }
        _ = try await self.engine.runAsSystem(try await self.work(key), job: "renewal job")
      } catch {
        let until = self.engine.desk.clock.now().advanced(seconds: RenewalJob.rest)
        self.resting.withLock { $0[id] = until }
        throw error
      }
    }
  }

  /// - Returns: those that go on resting.
  private func wake(at now: Instant) -> [KeyID: Instant] {
    resting.withLock { resting in
      resting = resting.filter { now < $0.value }
      return resting
    }
  }
}
