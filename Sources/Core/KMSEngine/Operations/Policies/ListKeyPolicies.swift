package import KMSDomain

/// Whether the key exists and the caller may list its policies; their names are the door's.
package struct ListKeyPolicies: KeyQuery {
  package typealias Prepared = ProtectedKey
  package typealias Answer = Void

  package let key: KeyReference
  package init(_ key: KeyReference) { self.key = key }

  package let operation = "ListKeyPolicies"
  package let action = Action.listKeyPolicies
  package func answer(_ key: ProtectedKey) {}
}
