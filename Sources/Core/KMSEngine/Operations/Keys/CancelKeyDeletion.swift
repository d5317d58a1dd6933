package import KMSDomain

/// Keeps a key whose deletion was scheduled; it stays switched off until somebody enables it, or brings in the material that it
/// lacks.
package struct CancelKeyDeletion: KeyChange {
  package typealias Prepared = ProtectedKey
  package typealias Answer = KeyRecord

  package let key: KeyReference
  package init(_ key: KeyReference) { self.key = key }

  package let operation = "CancelKeyDeletion"
  package let action = Action.cancelKeyDeletion

  package func change(_ record: inout KeyRecord, _ desk: Desk, _ caller: Caller) throws(KMSError) -> KeyRecord
  {
    try record.apply(.cancelDeletion)
    record.waitForMissingMaterial()
    return record
  }
}
