import KMSDomain
import WireJSON

/// The structure `KeyMetadata` of a key in an AWS keyring or in any other: the door's projection of the record.
enum KeyMetadata {
  static func write(_ key: ProtectedKey, into output: inout JSONWriter) {
    let record = key.record
    let vocabulary = AWSVocabulary()
    let spec = vocabulary.name(of: record.spec)
    output.name("KeyMetadata")
    output.beginObject()
    output.member("AWSAccountId", record.home.account.text)
    output.member("KeyId", record.identifier)
    output.member("Arn", record.resourceName)
    output.name("CreationDate")
    output.seconds(milliseconds: record.createdAt.milliseconds)
    output.member("Enabled", record.state == .active)
    output.member("Description", record.description)
    output.member("KeyUsage", vocabulary.name(of: record.usages))
    output.member("KeyState", state(record.state))
    if let date = record.deletionDate {
      output.name("DeletionDate")
      output.seconds(milliseconds: date.milliseconds)
    }
    output.member("Origin", vocabulary.name(of: record.origin))
    writeExpiration(of: record, into: &output)
    output.member("KeyManager", "CUSTOMER")
    output.member("CustomerMasterKeySpec", spec)
    output.member("KeySpec", spec)
    output.algorithms(of: record)
    output.member("MultiRegion", false)
    output.materialName("CurrentKeyMaterialId", key, record.current)
    output.endObject()
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
