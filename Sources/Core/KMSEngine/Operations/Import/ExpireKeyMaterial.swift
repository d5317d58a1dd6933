package import KMSDomain

/// Takes away imported material whose time has come.
package struct ExpireKeyMaterial: Operation {
  package typealias Prepared = ProtectedKey
  package typealias Answer = Void

  package let key: KeyID
  package init(_ key: KeyID) { self.key = key }

  package let operation = "ExpireKeyMaterial"
  package var asked: Asked { Asked(.expireKeyMaterial, named: key.bits.hex) }

  package func prepare(_ desk: Desk) async throws(KMSError) -> ProtectedKey {
    guard let key = try await desk.load(key) else { throw .keyNotFound(key.bits.hex) }
    return key
  }

  package func demands(_ prepared: ProtectedKey, _ desk: Desk) -> Demands {
    Demands(Demand(.expireKeyMaterial, on: .key(prepared), named: key.bits.hex))
  }

  package func perform(
    _ prepared: ProtectedKey, _ permits: borrowing Permits, _ desk: Desk, _ caller: Caller
  ) throws(KMSError) -> Performed<Void> {
    try permits.first.check(.expireKeyMaterial, key: prepared.record.id, version: nil)
    var record = prepared.record
    // Somebody may have brought the material in again since the job saw the key.
    let expired = record.expired(at: desk.clock.now())
    guard !expired.isEmpty else { throw .materialNotExpired(record.resourceName) }
    for version in expired { record.removeMaterial(of: version.id) }
    record.generation &+= 1
    let versions = expired.map(\.id.bits.hex).joined(separator: " ")
    return Performed(
      (), change: .updateKey(desk.seal(record), expecting: prepared.record.generation),
      details: [AuditRecord.Detail(name: "versions", value: versions)])
  }
}
