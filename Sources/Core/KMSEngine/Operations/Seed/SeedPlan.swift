import KMSDomain

/// What must be added so that a seed's keys and aliases are all there.
struct SeedPlan {
  private let seed: KeySeed
  private let prepared: SeedKey.Prepared
  /// The first key of the seed: as it is, or as it is about to be made.
  private let first: KeyRecord
  private let desk: Desk

  init(_ seed: KeySeed, _ prepared: SeedKey.Prepared, like first: KeyRecord, _ desk: Desk) {
    self.seed = seed
    self.prepared = prepared
    self.first = first
    self.desk = desk
  }

  private var isNew: Bool { prepared.found.isEmpty }
  private var missing: [KeySeed.Place] { seed.places.filter { prepared.found[$0.home.region] == nil } }
  private var missingReplicas: [KeySeed.Place] { missing.filter { $0.home.region != first.home.region } }

  /// The family with those that are to join it.
  private var family: KeyFamily? {
    missingReplicas.reduce(first.family) { family, place in family?.adding(place.home.region) }
  }

  /// Keys first, because aliases name them.
  func additions() throws(KMSError) -> Performed<SeedKey.Answer> {
    guard (family?.regions.count ?? 0) <= KeyFamily.mostKeys else {
      throw .tooManyReplicas(first.resourceName)
    }
    let new = newKeys()
    // Whether their policies can be read at all.
    for key in new { _ = try desk.protect(key) }
    let (aliases, left) = aliasChanges()
    let changes = new.map { StoreChange.createKey(desk.seal($0)) } + familyChanges() + aliases
    let answer = SeedKey.Answer(made: new.map(\.resourceName), left: left)
    guard !changes.isEmpty else { return Performed(answer) }
    return Performed(
      answer, change: .together(changes),
      details: [
        AuditRecord.Detail(name: "keysMade", value: answer.made.joined(separator: " ")),
        AuditRecord.Detail(name: "aliasesMade", value: "\(aliases.count)"),
      ])
  }

  private func newKeys() -> [KeyRecord] {
    missing.map { place in
      guard place.home.region != first.home.region else {
        var key = first
        key.family = family
        return key
      }
      return seed.record(at: place, first.versions, current: first.current, family, desk)
    }
  }

  /// Keys that are there learn of those that join them.
  private func familyChanges() -> [StoreChange] {
    guard !isNew, !missingReplicas.isEmpty, let found = prepared.found[first.home.region] else { return [] }
    return ([found] + prepared.relatives).map { key in desk.update(key) { $0.family = family } }
  }

  private func aliasChanges() -> (changes: [StoreChange], left: [SeedKey.LeftAlone]) {
    var changes: [StoreChange] = []
    var left: [SeedKey.LeftAlone] = []
    for place in seed.places {
      if let reason = prepared.found[place.home.region]?.record.leftAlone {
        left.append(reason)
        continue
      }
      for name in place.aliasNames {
        switch prepared.aliases[name] {
        case .none: changes.append(creation(of: name, at: place))
        case .some(place.id): continue
        case .some: left.append(.movedAlias(name.text))
        }
      }
    }
    return (changes, left)
  }

  private func creation(of name: KeyName, at place: KeySeed.Place) -> StoreChange {
    let now = desk.clock.now()
    let alias = AliasRecord(name: name, target: place.id, createdAt: now, updatedAt: now)
    return .createAlias(desk.seal(alias), target: generation(at: place))
  }

  /// Of the key once the changes before the aliases are made.
  private func generation(at place: KeySeed.Place) -> UInt64 {
    guard let found = prepared.found[place.home.region]?.record else { return SeedPlan.firstGeneration }
    return familyChanges().isEmpty ? found.generation : found.generation &+ 1
  }

  static let firstGeneration: UInt64 = 1
}

extension KeySeed {
  /// A new key at one of its places.
  func record(
    at place: Place, _ versions: [KeyVersion], current: VersionID, _ family: KeyFamily?, _ desk: Desk
  ) -> KeyRecord {
    let isComplete = versions.allSatisfy { $0.material != nil }
    return KeyRecord(
      id: place.id, home: place.home, identifier: identifier,
      resourceName: desk.vocabulary.keyResource(identifier, in: place.home), spec: spec, usages: usages,
      origin: origin, exportable: false, createdAt: desk.clock.now(),
      state: isComplete ? place.isEnabled ? .active : .suspended : .pendingImport, deletionDate: nil,
      description: place.description,
      tags: place.tags.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) },
      policy: place.policy ?? desk.vocabulary.defaultKeyPolicy(for: place.home.account), versions: versions,
      current: current, generation: SeedPlan.firstGeneration, family: family)
  }
}

extension KeyRecord {
  /// Why nothing is added to it; nil for a key in use.
  var leftAlone: SeedKey.LeftAlone? {
    if state.isDestroyed { return .deletedKey(resourceName) }
    return state.isPendingDeletion ? .keyPendingDeletion(resourceName) : nil
  }
}
