package import KMSDomain

/// Adds tags or replaces their values.
package struct TagKey: KeyChange {
  package typealias Prepared = ProtectedKey
  package typealias Answer = Void

  package let key: KeyReference
  /// Each key once.
  package let tags: [Tag]

  package init(_ key: KeyReference, tags: [Tag]) {
    self.key = key
    self.tags = tags
  }

  package let operation = "TagResource"
  package let action = Action.tagResource

  package var facts: RequestFacts {
    var facts = RequestFacts()
    facts.requestTags = tags
    return facts
  }

  package func change(_ record: inout KeyRecord, _ desk: Desk, _ caller: Caller) throws(KMSError) {
    let replaced = Set(tags.map(\.key))
    let all = record.tags.filter { !replaced.contains($0.key) } + tags
    guard all.count <= KeyRecord.mostTags else { throw .tooManyTags }
    record.tags = all.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }
  }
}
