import KMSBytes
import KMSDomain
import WireJSON

/// A version of a secret as clients see it.
struct SecretBundle {
  /// Of what a version's notes have for secrets alone.
  static let contentType = "contentType"

  private let record: KeyRecord
  private let shown: ShownAttributes
  private let call: VaultCall

  init(_ record: KeyRecord, _ call: VaultCall) {
    self.record = record
    self.call = call
    shown = ShownAttributes(record, in: call.vault)
  }

  private var name: String { record.object?.place?.name ?? "" }
  private var base: String { call.base + "/secrets/" + name }
  private var id: String { base + "/" + ItemNames.version(of: record) }

  /// - Parameters:
  ///   - value: UTF-8, as it came in; nil where the value isn't shown.
  ///   - deleted: the item, where it is told as deleted.
  func write(_ json: inout JSONWriter, value: Span<UInt8>? = nil, deleted: KeyRecord? = nil) {
    json.beginObject()
    if let value {
      json.name("value")
      json.value(utf8: value)
    }
    json.member("id", id)
    writeRest(&json)
    if call.version >= .v2026_04, let previous = shown.notes.previous {
      json.member("previousVersion", previous)
    }
    if let deleted { writeDeletion(deleted, &json) }
    json.endObject()
  }

  func writeEntry(_ json: inout JSONWriter, withVersion: Bool) {
    json.beginObject()
    json.member("id", withVersion ? id : base)
    writeRest(&json)
    json.endObject()
  }

  func writeDeletedEntry(_ item: KeyRecord, _ json: inout JSONWriter) {
    json.beginObject()
    json.member("id", base)
    writeRest(&json)
    writeDeletion(item, &json)
    json.endObject()
  }

  private func writeRest(_ json: inout JSONWriter) {
    if let type = shown.notes.fields[SecretBundle.contentType] { json.member("contentType", type) }
    json.name("attributes")
    shown.write(&json)
    json.name("tags")
    VersionNotes.write(shown.notes.tags, &json)
  }

  private func writeDeletion(_ item: KeyRecord, _ json: inout JSONWriter) {
    json.member("recoveryId", call.base + "/deletedsecrets/" + name)
    if let date = ItemNotes(item).deleted { json.member("deletedDate", date) }
    if let date = item.deletionDate { json.member("scheduledPurgeDate", date.milliseconds / 1000) }
  }
}
