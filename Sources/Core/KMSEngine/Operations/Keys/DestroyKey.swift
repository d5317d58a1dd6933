package import KMSDomain

/// Destroys a key whose deletion date has come: the material and the aliases are gone, the record stays as a tombstone so
/// that its identifier is never used again.
package struct DestroyKey: Operation {
  package let key: KeyID
  package init(_ key: KeyID) { self.key = key }

  package typealias Answer = Void

  package let operation = "DestroyKey"
  package var asked: Asked { Asked(.destroyKey, named: key.bits.hex) }

  package func prepare(_ desk: Desk) async throws(KMSError) -> ProtectedKey {
    guard let key = try await desk.load(key) else { throw .keyNotFound(key.bits.hex) }
    return key
  }

  package func demands(_ prepared: ProtectedKey, _ desk: Desk) -> Demands {
    Demands(Demand(.destroyKey, on: .key(prepared), named: key.bits.hex))
  }

  package func perform(
    _ prepared: ProtectedKey, _ permits: borrowing Permits, _ desk: Desk, _ caller: Caller
  ) throws(KMSError) -> Performed<Void> {
    try permits.first.check(.destroyKey, key: prepared.record.id, version: nil)
    var record = prepared.record
    // Somebody may have cancelled and scheduled again since the job saw the key.
    guard let date = record.deletionDate, date <= desk.clock.now() else {
      throw .keyPendingDeletion(record.resourceName)
    }
    try record.apply(.destroy)
    for index in record.versions.indices {
      record.versions[index].material = nil
      record.versions[index].expiry = nil
      if let next = record.versions[index].state.after(.destroy) { record.versions[index].state = next }
    }
    record.pending = nil
    record.generation &+= 1
    return Performed((), change: .destroyKey(desk.seal(record), expecting: prepared.record.generation))
  }
}
