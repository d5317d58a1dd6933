package import KMSDomain

/// The key's tags in the order of their names.
package struct ListKeyTags: KeyQuery {
  package typealias Prepared = ProtectedKey
  package typealias Answer = [Tag]

  package let key: KeyReference
  package init(_ key: KeyReference) { self.key = key }

  package let operation = "ListResourceTags"
  package let action = Action.listResourceTags
  package func answer(_ record: KeyRecord) -> [Tag] { record.tags }
}
