import KMSDomain
import WireJSON

/// The structure `KeyMetadata` of a key in an AWS keyring or in any other: the door's projection of the record.
enum KeyMetadata {
  /// - Parameters:
  ///   - name: of the structure.
  ///   - isBeingMade: AWS shows a replica so in the answer that makes it.
  static func write(
    _ key: ProtectedKey, as name: String = "KeyMetadata", isBeingMade: Bool = false,
    into output: inout JSONWriter
  ) {
    let record = key.record
    let vocabulary = AWSVocabulary()
    let spec = vocabulary.name(of: record.spec)
    output.name(name)
    output.beginObject()
    output.member("AWSAccountId", record.home.account.text)
    output.member("KeyId", record.identifier)
    output.member("Arn", record.resourceName)
    output.name("CreationDate")
    output.seconds(milliseconds: record.createdAt.milliseconds)
    output.member("Enabled", record.state == .active && !isBeingMade)
    output.member("Description", record.description)
    output.member("KeyUsage", vocabulary.name(of: record.purpose))
    output.member("KeyState", isBeingMade ? "Creating" : state(of: record))
    if let date = record.deletionDate {
      output.name("DeletionDate")
      output.seconds(milliseconds: date.milliseconds)
    }
    if let days = record.deletionWindowDays { output.member("PendingDeletionWindowInDays", days) }
    output.member("Origin", vocabulary.name(of: record.origin))
    writeExpiration(of: record, into: &output)
    output.member("KeyManager", "CUSTOMER")
    output.member("CustomerMasterKeySpec", spec)
    output.member("KeySpec", spec)
    output.algorithms(of: record)
    output.member("MultiRegion", record.family != nil)
    if let family = record.family { write(family, of: record, into: &output) }
    output.materialName("CurrentKeyMaterialId", key, record.current)
    output.endObject()
  }

  private static func write(_ family: KeyFamily, of record: KeyRecord, into output: inout JSONWriter) {
    output.name("MultiRegionConfiguration")
    output.object { output in
      output.member("MultiRegionKeyType", AWSVocabulary().name(of: record.reach) ?? "")
      output.name("PrimaryKey")
      write(family.primaryRegion, of: record, into: &output)
      output.name("ReplicaKeys")
      output.beginArray()
      for region in family.replicaRegions { write(region, of: record, into: &output) }
      output.endArray()
    }
  }

  /// One key of a family.
  private static func write(_ region: String, of record: KeyRecord, into output: inout JSONWriter) {
    output.object { output in
      output.member(
        "Arn", AWSVocabulary().keyResource(record.identifier, in: record.name(in: region).keyring))
      output.member("Region", region)
    }
  }

  static func state(of record: KeyRecord) -> String {
    record.deletionWindowDays == nil ? state(record.state) : "PendingReplicaDeletion"
  }

  /// Nothing for a key without imported material. Of several materials that are the key's for good, the first to go counts.
  private static func writeExpiration(of record: KeyRecord, into output: inout JSONWriter) {
    let imported = record.versions.filter { record.origin == .imported && $0.material != nil }
    guard !imported.isEmpty else { return }
    Expiration.write(imported.compactMap(\.expiry).min(), into: &output)
  }

  /// Destroyed keys never come this far: the gate tells them as absent.
  static func state(_ state: KeyState) -> String {
    switch state {
    case .active: "Enabled"
    case .preActive, .suspended, .deactivated, .compromised: "Disabled"
    case .pendingImport: "PendingImport"
    case .pendingDeletion, .compromisedPendingDeletion, .destroyed, .destroyedCompromised: "PendingDeletion"
    }
  }
}

extension JSONWriter {
  /// An object around what `body` writes.
  mutating func object(_ body: (inout JSONWriter) -> Void) {
    beginObject()
    body(&self)
    endObject()
  }
}
