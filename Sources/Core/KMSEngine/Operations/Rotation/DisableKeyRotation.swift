package import KMSDomain

/// Ends the key's schedule. Rotations can still be asked for.
package struct DisableKeyRotation: KeyChange {
  package typealias Prepared = ProtectedKey
  package typealias Answer = Void

  package let key: KeyReference
  package init(_ key: KeyReference) { self.key = key }

  package let operation = "DisableKeyRotation"
  package let action = Action.disableKeyRotation

  package func change(_ record: inout KeyRecord, _ desk: Desk, _ caller: Caller) throws(KMSError) {
    record.rotation = nil
  }
}
