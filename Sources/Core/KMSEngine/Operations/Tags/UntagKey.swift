package import KMSDomain

/// Removes tags; those that aren't there are no error.
package struct UntagKey: KeyChange {
  package typealias Prepared = ProtectedKey
  package typealias Answer = Void

  package let key: KeyReference
  package let names: [String]

  package init(_ key: KeyReference, names: [String]) {
    self.key = key
    self.names = names
  }

  package let operation = "UntagResource"
  package let action = Action.untagResource

  package var facts: RequestFacts {
    var facts = RequestFacts()
    facts.removedTagNames = names
    return facts
  }

  package func change(_ record: inout KeyRecord, _ desk: Desk, _ caller: Caller) throws(KMSError) {
    let removed = Set(names)
    record.tags.removeAll { removed.contains($0.key) }
  }
}
