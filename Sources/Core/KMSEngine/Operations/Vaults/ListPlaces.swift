package import KMSDomain

/// Lists what is in a vault, a page at a time: the names of a collection, or the versions of a name. Whoever may list the collection
/// sees all of it.
package struct ListPlaces: Operation {
  package let operation: String
  package let action: Action
  package let home: Keyring
  /// What is listed; with a name, its versions.
  package let place: VaultPlace
  /// That everything has which is wanted, the rarest first; never none.
  package let terms: [UInt64]
  /// Those made before the one at this place; nil: from the latest on.
  package let before: Int64?
  package let limit: Int
  package let matches: @Sendable (KeyRecord) -> Bool
  /// What is to be read with each, by name: the latest version of a name, say.
  private let following: @Sendable (KeyRecord) -> KeyName?

  package init(
    _ operation: String, _ action: Action, in home: Keyring, _ place: VaultPlace, by terms: [UInt64],
    before: Int64?, limit: Int, following: @escaping @Sendable (KeyRecord) -> KeyName? = { _ in nil },
    matches: @escaping @Sendable (KeyRecord) -> Bool
  ) {
    self.following = following
    self.operation = operation
    self.action = action
    self.home = home
    self.place = place
    self.terms = terms
    self.before = before
    self.limit = limit
    self.matches = matches
  }

  package struct Answer: Sendable {
    /// The latest first.
    package let records: [KeyRecord]
    /// What was to be read with each; nil where there is nothing of that name, or nothing was wanted.
    package let followed: [KeyRecord?]
    /// Where the next page begins; nil on the last.
    package let next: Int64?
  }

  package var asked: Asked { Asked(action, named: place.text) }
  package var family: RequestFamily? { .objects }
  package var demandBeforehand: Demand? { demand }

  private var demand: Demand { Demand(action, at: place, in: home) }

  package func demands(_ prepared: Answer, _ desk: Desk) -> Demands { Demands(demand) }

  package func prepare(_ desk: Desk) async throws(KMSError) -> Answer {
    var found: [KeyRecord] = []
    var followed: [KeyRecord?] = []
    var from = before
    while true {
      let page = try await desk.store.objects(in: home, by: terms, before: from, limit: limit + 1)
      for object in page {
        guard found.count < limit else { return Answer(records: found, followed: followed, next: from) }
        from = object.place
        guard let key = try await desk.object(object.id), matches(key.record) else { continue }
        found.append(key.record)
        followed.append(try await follow(key.record, desk))
      }
      guard page.count > limit else { return Answer(records: found, followed: followed, next: nil) }
    }
  }

  private func follow(_ record: KeyRecord, _ desk: Desk) async throws(KMSError) -> KeyRecord? {
    guard let name = following(record) else { return nil }
    return try await desk.key(named: name).map { desk.caughtUp($0).record }
  }

  package func perform(
    _ prepared: Answer, _ permits: borrowing Permits, _ desk: Desk, _ caller: Caller
  ) throws(KMSError) -> Performed<Answer> {
    try permits.first.check(action, key: nil, version: nil)
    return Performed(prepared)
  }
}
