package import KMSDomain

/// Has a key be there as a seed wants it. What is there already stays as it is; what is missing of it is added; and what is
/// another thing under the same name is an error.
package struct SeedKey: Operation {
  private let seed: KeySeed
  private let made = OnFirstAttempt<[NewMaterial?]>()

  /// - Parameter seed: its materials are read once, so that this runs once.
  package init(_ seed: KeySeed) { self.seed = seed }

  package struct Prepared: Sendable {
    /// What has the key's name, by Region.
    let found: [String: ProtectedKey]
    /// All other living keys of its family.
    let relatives: [ProtectedKey]
    /// What the wanted aliases stand for.
    let aliases: [KeyName: KeyID]
  }

  /// What was done, and what wasn't.
  package struct Answer: Sendable {
    /// The keys that were made.
    package let made: [String]
    /// What somebody has changed since and is left so.
    package let left: [LeftAlone]
  }

  package enum LeftAlone: Sendable, Equatable {
    case deletedKey(String)
    case keyPendingDeletion(String)
    /// The alias stands for another key by now.
    case movedAlias(String)
  }

  package let operation = "SeedKey"
  package var asked: Asked { Asked(.seedKey, named: seed.identifier) }
  package var details: [AuditRecord.Detail] {
    [AuditRecord.Detail(name: "materialsGiven", value: "\(given)")]
  }
  private var given: Int { seed.materials.count { $0.brought != nil } }

  package func prepare(_ desk: Desk) async throws(KMSError) -> Prepared {
    var found: [String: ProtectedKey] = [:]
    var aliases: [KeyName: KeyID] = [:]
    for place in seed.places {
      let name = KeyName(.identifier, seed.identifier, in: place.home)
      found[place.home.region] = try await desk.key(named: name)
      for alias in place.aliasNames { aliases[alias] = try await desk.alias(alias)?.record.target }
    }
    var relatives: [ProtectedKey] = []
    if let first = found[seed.primary.home.region] { relatives = try await desk.relatives(of: first) }
    return Prepared(found: found, relatives: relatives, aliases: aliases)
  }

  package func demands(_ prepared: Prepared, _ desk: Desk) -> Demands {
    let home = seed.primary.home
    let name = desk.vocabulary.keyResource(seed.identifier, in: home)
    guard let first = prepared.found[home.region] else {
      return Demands(
        Demand(
          .seedKey, on: .newKey(account: home.account), named: seed.identifier, newKey: seed.primary.id,
          resolvedAs: name))
    }
    // Whatever its state is: what is destroyed is left alone.
    return Demands(Demand(.seedKey, on: .key(first), named: seed.identifier, anyState: true))
  }

  package func perform(
    _ prepared: Prepared, _ permits: borrowing Permits, _ desk: Desk, _ caller: Caller
  ) throws(KMSError) -> Performed<Answer> {
    for place in seed.places {
      if let found = prepared.found[place.home.region] { try seed.check(found.record, at: place) }
    }
    try permits.first.check(.seedKey, key: seed.primary.id, version: nil)
    let materials = try materials(permits.first, desk, isNew: prepared.found.isEmpty)
    guard let first = prepared.found[seed.primary.home.region]?.record else {
      // A replica has its primary's material, so that one alone was made from another entry.
      guard prepared.found.isEmpty else { throw .seedContradiction(.identity) }
      return try SeedPlan(seed, prepared, like: try draft(materials, desk), desk).additions()
    }
    // Also for a key that is left alone: another must not pass for this one.
    try compare(materials, with: first)
    if let reason = first.leftAlone { return Performed(Answer(made: [], left: [reason])) }
    return try SeedPlan(seed, prepared, like: first, desk).additions()
  }

  /// One for each of the seed's; nil for what its owner will bring later, and for what custody made when the key was new.
  private func materials(
    _ permit: borrowing Permit, _ desk: Desk, isNew: Bool
  ) throws(KMSError) -> [NewMaterial?] {
    try made.value { () throws(KMSError) in
      switch desk.custody.availability(of: seed.spec, for: seed.usages) {
      case .available: break
      case .unavailable(let reason): throw .unsupportedAlgorithm(reason)
      }
      var result: [NewMaterial?] = []
      for material in seed.materials {
        let isCustodys = isNew && seed.origin == .generated
        let isNeeded = material.brought != nil || isCustodys
        let identity = seed.identity(of: material.version)
        result.append(
          isNeeded ? try desk.custody.seed(material.brought, as: identity, permit: permit) : nil)
      }
      return result
    }
  }

  /// Further material that the key has got since is no contradiction.
  private func compare(_ materials: [NewMaterial?], with found: KeyRecord) throws(KMSError) {
    for (index, material) in materials.enumerated() {
      guard let material else { continue }
      guard index < found.versions.count, found.versions[index].fingerprint == material.fingerprint else {
        throw .seedContradiction(.material)
      }
    }
  }

  /// The first key of the seed, without the others.
  private func draft(_ materials: [NewMaterial?], _ desk: Desk) throws(KMSError) -> KeyRecord {
    let now = desk.clock.now()
    let versions = zip(seed.materials, materials).enumerated().map { index, pair in
      KeyVersion(
        id: pair.0.version, state: .active, createdAt: now, material: pair.1?.wrapped,
        publicKey: pair.1?.publicKey, fingerprint: pair.1?.fingerprint,
        cause: index == 0 ? .creation : .demand)
    }
    guard let current = versions.last else { throw .custodyUnavailable }
    let family = KeyFamily(material: seed.primary.id, primaryRegion: seed.primary.home.region)
    var record = seed.record(
      at: seed.primary, versions, current: current.id, seed.isMultiRegion ? family : nil, desk)
    record.rotation = seed.rotationDays.map { RotationSchedule(everyDays: $0, from: now) }
    return record
  }
}
