import KMSDomain
import WireJSON

/// What is kept of a version beside what every object has: JSON in its notes.
struct VersionNotes: Equatable, Sendable {
  /// Names and values that its owner gave it.
  var tags: [String: String] = [:]
  /// When it was made, if its record is younger because it was restored from a backup.
  var created: Instant?
  /// Seconds since 1970. They grow with every change, also with two in one second.
  var updated: Int64
  /// Whether it was switched on when its item was deleted.
  var wasEnabled = true
  /// The version before it, 32 hex digits; nil for the first.
  var previous: String?
  /// What one collection has and others haven't, by the collection's own names.
  var fields: [String: String] = [:]

  init(updated: Int64) { self.updated = updated }

  /// Of what no door of vaults has written: a key that was changed by another protocol keeps its notes.
  init(_ record: KeyRecord) {
    // Notes of what is at home elsewhere are another door's.
    self.init(record.object.flatMap { $0.place == nil ? nil : $0.notes } ?? [], of: record.createdAt)
  }

  /// - Parameter createdAt: of what has these notes.
  init(_ notes: [UInt8], of createdAt: Instant) {
    self.init(updated: createdAt.milliseconds / 1000)
    guard !notes.isEmpty, let root = try? JSONDocument(notes, limits: VaultLimits.json).root else { return }
    tags = VersionNotes.texts(root["tags"])
    updated = root["updated"]?.integer ?? updated
    wasEnabled = root["wasEnabled"]?.bool ?? true
    previous = root["previous"]?.string
    fields = VersionNotes.texts(root["fields"])
    created = root["created"]?.integer.map { Instant(milliseconds: $0) }
  }

  var encoded: [UInt8] {
    var json = JSONWriter()
    json.beginObject()
    json.name("tags")
    VersionNotes.write(tags, &json)
    json.member("updated", updated)
    json.member("wasEnabled", wasEnabled)
    if let previous { json.member("previous", previous) }
    if let created { json.member("created", created.milliseconds) }
    json.name("fields")
    VersionNotes.write(fields, &json)
    json.endObject()
    return json.bytes
  }

  /// For a change at a moment.
  mutating func touch(_ now: Instant) {
    updated = max(now.milliseconds / 1000, updated < .max ? updated + 1 : updated)
  }

  private static func texts(_ value: JSONValue?) -> [String: String] {
    var result: [String: String] = [:]
    for (name, value) in value?.members ?? [] { result[name] = value.string }
    return result
  }

  static func write(_ texts: [String: String], _ json: inout JSONWriter) {
    json.beginObject()
    for (name, value) in texts.sorted(by: { $0.key < $1.key }) {
      json.name(escaping: name)
      json.value(value)
    }
    json.endObject()
  }
}

/// What is kept of an item: JSON in its notes.
struct ItemNotes: Equatable, Sendable {
  /// When it was deleted, in seconds since 1970; nil: it is in use.
  var deleted: Int64?
  /// What one collection has and others haven't, by the collection's own names.
  var fields: [String: String] = [:]

  init() {}

  init(_ record: KeyRecord) {
    guard let notes = record.object?.notes, !notes.isEmpty,
      let root = try? JSONDocument(notes, limits: VaultLimits.json).root
    else { return }
    deleted = root["deleted"]?.integer
    for (name, value) in root["fields"]?.members ?? [] { fields[name] = value.string }
  }

  var encoded: [UInt8] {
    var json = JSONWriter()
    json.beginObject()
    if let deleted { json.member("deleted", deleted) }
    json.name("fields")
    VersionNotes.write(fields, &json)
    json.endObject()
    return json.bytes
  }
}
