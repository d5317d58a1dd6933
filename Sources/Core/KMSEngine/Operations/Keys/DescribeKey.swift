package import KMSDomain

/// Everything that is known of a key but its material.
package struct DescribeKey: KeyQuery {
  package typealias Prepared = ProtectedKey
  package typealias Answer = ProtectedKey

  package let key: KeyReference
  package init(_ key: KeyReference) { self.key = key }

  package let operation = "DescribeKey"
  package let action = Action.describeKey
  package func answer(_ key: ProtectedKey) -> ProtectedKey { key }
}
