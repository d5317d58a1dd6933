package import KMSDomain

/// Destroys a key whose deletion date has come: the material and the aliases are gone, the record stays as a tombstone so
/// that its identifier is never used again.
package struct DestroyKey: Operation {
  package let key: KeyID
  package init(_ key: KeyID) { self.key = key }

  package typealias Answer = Void

  package struct Prepared: Sendable {
    let key: ProtectedKey
    let relatives: [ProtectedKey]
  }

  package let operation = "DestroyKey"
  package var asked: Asked { Asked(.destroyKey, named: key.bits.hex) }

  package func prepare(_ desk: Desk) async throws(KMSError) -> Prepared {
    guard let key = try await desk.load(key) else { throw .keyNotFound(key.bits.hex) }
    return Prepared(key: key, relatives: try await relatives(of: key, desk))
  }

  /// A damaged record must not keep another key's material alive: then its family doesn't learn that it is gone, and operators
  /// do.
  private func relatives(of key: ProtectedKey, _ desk: Desk) async throws(KMSError) -> [ProtectedKey] {
    do throws(KMSError) {
      return try await desk.relatives(of: key)
    } catch .corrupt(let what) {
      desk.faults.record("destroyed a key whose family is damaged: \(what.rawValue)", request: nil)
      return []
    }
  }

  package func demands(_ prepared: Prepared, _ desk: Desk) -> Demands {
    Demands(Demand(.destroyKey, on: .key(prepared.key), named: key.bits.hex))
  }

  package func perform(
    _ prepared: Prepared, _ permits: borrowing Permits, _ desk: Desk, _ caller: Caller
  ) throws(KMSError) -> Performed<Void> {
    try permits.first.check(.destroyKey, key: prepared.key.record.id, version: nil)
    var record = prepared.key.record
    // Somebody may have cancelled and scheduled again since the job saw the key.
    guard let date = record.deletionDate, date <= desk.clock.now() else {
      throw .keyPendingDeletion(record.resourceName)
    }
    try record.apply(.destroy)
    record.eraseMaterial()
    record.object?.dates.destruction = desk.clock.now()
    record.object?.names = []
    record.generation &+= 1
    let destruction = StoreChange.destroyKey(
      desk.seal(record), expecting: prepared.key.record.generation)
    return Performed((), change: .together([destruction] + farewells(prepared, desk)))
  }

  /// What the keys learn that it was a replica with.
  private func farewells(_ prepared: Prepared, _ desk: Desk) -> [StoreChange] {
    let leaving = prepared.key.record
    guard let family = leaving.family?.removing(leaving.home.region) else { return [] }
    let now = desk.clock.now()
    return prepared.relatives.map { key in desk.update(key) { $0.follow(family, now: now) } }
  }
}
