/// The keys of one identifier in several Regions: each has a record of its own, and all have the same material.
///
/// Every living key of a family has an equal copy of this, and one change replaces all of them.
package struct KeyFamily: Hashable, Sendable {
  /// The most keys of a family: each of its changes replaces all of their records.
  package static let mostKeys = 64

  /// Names the material for ever: the id of the key that the family began with, also once that key is gone.
  package let material: KeyID
  /// Where the key is whose material the others follow.
  package private(set) var primaryRegion: String
  /// Where the others are, in byte order.
  package private(set) var replicaRegions: [String]

  package init(material: KeyID, primaryRegion: String, replicaRegions: [String] = []) {
    self.material = material
    self.primaryRegion = primaryRegion
    self.replicaRegions = replicaRegions
  }

  /// Where its keys are, the primary first.
  package var regions: [String] { [primaryRegion] + replicaRegions }

  package func adding(_ region: String) -> KeyFamily { with(replicaRegions + [region], primaryRegion) }

  /// Without one of its replicas.
  package func removing(_ region: String) -> KeyFamily {
    with(replicaRegions.filter { $0 != region }, primaryRegion)
  }

  /// One of its replicas changes parts with the primary.
  package func promoting(_ region: String) -> KeyFamily {
    with(replicaRegions.filter { $0 != region } + [primaryRegion], region)
  }

  private func with(_ replicas: [String], _ primary: String) -> KeyFamily {
    KeyFamily(
      material: material, primaryRegion: primary,
      replicaRegions: replicas.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) })
  }

  /// What the keys of a new family are called in their keyrings.
  package static func identifier(_ bits: Bits128) -> String { "mrk-" + bits.hex }
}

/// Whether a key is alone, or which part it plays among keys of other Regions.
package enum KeyReach: CaseIterable, Sendable {
  case singleRegion
  case primary
  case replica
}

extension KeyRecord {
  package var reach: KeyReach {
    guard let family else { return .singleRegion }
    return family.primaryRegion == home.region ? .primary : .replica
  }

  /// Whose material it has: its own, or that of its family. Ciphertexts, wrappings, permits for material and the public names
  /// of material have this id.
  package var materialKey: KeyID { family?.material ?? id }

  /// Its name in its keyring.
  package var name: KeyName { KeyName(.identifier, identifier, in: home) }

  /// What a key of its family is called in another Region.
  package func name(in region: String) -> KeyName {
    KeyName(.identifier, identifier, in: Keyring(account: home.account, region: region, kind: home.kind))
  }

  /// - Throws: `keyNotPrimary` for a key that is alone or follows another.
  package func requirePrimary() throws(KMSError) {
    guard reach == .primary else { throw .keyNotPrimary(resourceName) }
  }

  /// Sets the date of its destruction. A primary waits for its replicas first, and its window begins when the last is gone.
  package mutating func beginDeletion(windowDays: Int, now: Instant) {
    if reach == .primary, family?.replicaRegions.isEmpty == false {
      deletionWindowDays = windowDays
    } else {
      deletionDate = now.advanced(days: windowDays)
    }
  }

  /// Takes over what became of its family.
  package mutating func follow(_ family: KeyFamily, now: Instant) {
    self.family = family
    guard let windowDays = deletionWindowDays, family.replicaRegions.isEmpty else { return }
    deletionWindowDays = nil
    deletionDate = now.advanced(days: windowDays)
  }

  /// Absent for keys of one Region, so that codes of rows from before there were others stay valid.
  func encodeFamily(into fields: inout CanonicalFields) {
    if let family {
      fields.add("family/1")
      fields.add(family.material.bits)
      fields.add(family.primaryRegion)
      fields.add(UInt64(family.replicaRegions.count))
      for region in family.replicaRegions { fields.add(region) }
    }
    guard let deletionWindowDays else { return }
    fields.add("waiting/1")
    fields.add(UInt64(bitPattern: Int64(deletionWindowDays)))
  }
}
