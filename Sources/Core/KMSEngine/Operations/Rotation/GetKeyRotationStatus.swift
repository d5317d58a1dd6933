package import KMSDomain

/// Whether and when the key gets new material by itself.
package struct GetKeyRotationStatus: KeyQuery {
  package typealias Prepared = ProtectedKey
  package typealias Answer = KeyRecord

  package let key: KeyReference
  package init(_ key: KeyReference) { self.key = key }

  package let operation = "GetKeyRotationStatus"
  package let action = Action.getKeyRotationStatus
  package func answer(_ key: ProtectedKey) -> KeyRecord { key.record }
}
