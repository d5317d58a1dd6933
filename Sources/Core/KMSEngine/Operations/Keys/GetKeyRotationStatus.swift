package import KMSDomain

/// Whether the key gets new material by itself. No key of this server does yet.
package struct GetKeyRotationStatus: KeyQuery {
  package typealias Prepared = ProtectedKey
  package typealias Answer = KeyRecord

  package let key: KeyReference
  package init(_ key: KeyReference) { self.key = key }

  package let operation = "GetKeyRotationStatus"
  package let action = Action.getKeyRotationStatus
  package func answer(_ key: ProtectedKey) -> KeyRecord { key.record }
}
