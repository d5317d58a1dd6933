package import KMSDomain

/// The key's policy, byte for byte as it was received.
package struct GetKeyPolicy: KeyQuery {
  package typealias Prepared = ProtectedKey
  package typealias Answer = [UInt8]

  package let key: KeyReference
  package init(_ key: KeyReference) { self.key = key }

  package let operation = "GetKeyPolicy"
  package let action = Action.getKeyPolicy
  package func answer(_ key: ProtectedKey) -> [UInt8] { key.record.policy }
}
