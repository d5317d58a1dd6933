package import KMSDomain

/// The key's tags in the order of their names.
package struct ListKeyTags: KeyQuery {
  package typealias Prepared = ProtectedKey
  package typealias Answer = Page<Tag>

  package let key: KeyReference
  package let marker: String?
  package let limit: Int

  package init(_ key: KeyReference, marker: String?, limit: Int) {
    self.key = key
    self.marker = marker
    self.limit = limit
  }

  package let operation = "ListResourceTags"
  package let action = Action.listResourceTags

  package func answer(_ key: ProtectedKey) -> Page<Tag> {
    let rest = key.record.tags.drop { tag in
      marker.map { !$0.utf8.lexicographicallyPrecedes(tag.key.utf8) } ?? false
    }
    return Page(reading: Array(rest), limit: limit) { $0.key }
  }
}
