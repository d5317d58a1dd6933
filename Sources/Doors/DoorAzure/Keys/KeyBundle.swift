import KMSDomain
import KMSEngine
import WireJSON

/// A version of a key as clients see it.
struct KeyBundle {
  private let record: KeyRecord
  private let notes: KeyNotes
  private let shown: ShownAttributes
  private let call: VaultCall
  private let name: String

  /// - Parameter item: of an adopted key, which has no name in the vault itself; nil for the one that the call is about.
  /// - Throws: `internalError` for what the protocol has no type for: it can't have come into a vault.
  init(_ record: KeyRecord, _ call: VaultCall, as item: KeyRecord? = nil) throws(AzureError) {
    guard let notes = KeyNotes(record) else { throw .internalError }
    self.record = record
    self.call = call
    name = (record.object?.place ?? item?.object?.place)?.name ?? call.segment(1) ?? ""
    self.notes = notes
    shown = ShownAttributes(record, in: call.vault)
  }

  var kid: String {
    CalledKey(base: KeyAddress.base(call), name: name, version: ItemNames.version(of: record)).text
  }

  /// - Parameter deleted: the item, where it is told as deleted.
  /// - Parameter attestation: what else the attributes have.
  func answer(
    deleted: KeyRecord? = nil, attestation: KeyAttestation? = nil
  ) throws(AzureError) -> VaultAnswer {
    var json = JSONWriter(capacity: 1024)
    try write(&json, deleted: deleted, attestation: attestation)
    return VaultAnswer(json.bytes)
  }

  /// - Parameter protected: the material as it leaves; nil: it doesn't.
  func write(
    _ json: inout JSONWriter, protected: [UInt8]? = nil, deleted: KeyRecord? = nil,
    attestation: KeyAttestation? = nil
  ) throws(AzureError) {
    let jwk: PublicJWK
    do throws(KMSError) {
      jwk = try PublicJWK(
        record.spec, record.version(record.current)?.publicKey, call.engine.desk.custody)
    } catch {
      throw .internalError
    }
    json.beginObject()
    json.name("key")
    write(jwk, protected, &json)
    writeRest(&json, attestation)
    if let release = notes.release {
      json.name("release_policy")
      release.write(into: &json)
    }
    if let deleted { KeyBundle.writeDeletion(deleted, name, call, &json) }
    json.endObject()
  }

  private func write(_ jwk: PublicJWK, _ protected: [UInt8]?, _ json: inout JSONWriter) {
    json.beginObject()
    json.member("kid", kid)
    json.member("kty", notes.type.text)
    json.name("key_ops")
    json.beginArray()
    for operation in notes.operations { json.value(operation.rawValue) }
    json.endArray()
    jwk.write(into: &json)
    if let protected { json.member("key_hsm", bytes: protected) }
    json.endObject()
  }

  func writeEntry(_ json: inout JSONWriter, withVersion: Bool, deleted: KeyRecord? = nil) {
    json.beginObject()
    json.member("kid", withVersion ? kid : KeyAddress.base(call) + name)
    writeRest(&json)
    if let deleted { KeyBundle.writeDeletion(deleted, name, call, &json) }
    json.endObject()
  }

  /// The same in lists: clients compare.
  private func writeRest(_ json: inout JSONWriter, _ attestation: KeyAttestation? = nil) {
    json.name("attributes")
    shown.write(&json) { json in
      guard call.version >= .v7_0 else { return }
      json.member("exportable", record.exportable)
      json.member("hsmPlatform", record.isOnDevice ? "1" : "0")
      attestation?.write(&json)
      guard call.version >= .v2026_01, let bits = KeyBundle.bits[record.spec] else { return }
      json.member("key_size", bits)
    }
    json.name("tags")
    VersionNotes.write(shown.notes.tags, &json)
  }

  /// Of symmetric keys, whose JWK doesn't tell.
  private static let bits: [KeySpec: Int] = [.aes128: 128, .aes192: 192, .aes256: 256]

  private static func writeDeletion(
    _ item: KeyRecord, _ name: String, _ call: VaultCall, _ json: inout JSONWriter
  ) {
    json.member("recoveryId", call.base + "/deletedkeys/" + name)
    if let date = ItemNotes(item).deleted { json.member("deletedDate", date) }
    if let date = item.deletionDate { json.member("scheduledPurgeDate", date.milliseconds / 1000) }
  }
}

extension KeyBundle {
  /// What is left to say of a name by which a key was adopted that its own protocol has destroyed.
  static func ended(_ item: KeyRecord, _ adoption: Adoption, _ call: VaultCall) -> VaultAnswer {
    let name = item.object?.place?.name ?? call.segment(1) ?? ""
    let version = ItemNames.version(adoption.identifier)
    return .json { json in
      json.beginObject()
      json.name("key")
      json.beginObject()
      json.member("kid", CalledKey(base: KeyAddress.base(call), name: name, version: version).text)
      json.endObject()
      json.name("attributes")
      json.beginObject()
      json.member("enabled", false)
      json.endObject()
      if adoption.isDeleted { writeDeletion(item, name, call, &json) }
      json.endObject()
    }
  }
}
