import KMSDomain
import WireJSON

/// Attributes and tags that a client sends. What it leaves out is as it was.
struct WantedAttributes: Sendable {
  var enabled: Bool?
  var notBefore: Instant?
  var expires: Instant?
  var tags: [String: String]?

  /// Azure's limits of tags.
  private static let mostTags = 15
  private static let longestTag = 256

  init(_ body: JSONValue) throws(AzureError) {
    if let attributes = body["attributes"], !attributes.isNull {
      guard attributes.kind == .object else { throw .invalid("attributes") }
      enabled = try WantedAttributes.flag(attributes["enabled"])
      notBefore = try WantedAttributes.moment(attributes["nbf"], "nbf")
      expires = try WantedAttributes.moment(attributes["exp"], "exp")
    }
    if let notBefore, let expires, notBefore >= expires {
      throw .badParameter("Property expires must be later than property notBefore")
    }
    tags = try WantedAttributes.tags(body["tags"])
  }

  private static func flag(_ value: JSONValue?) throws(AzureError) -> Bool? {
    guard let value, !value.isNull else { return nil }
    guard let flag = value.bool else { throw .invalid("enabled") }
    return flag
  }

  private static func moment(_ value: JSONValue?, _ name: String) throws(AzureError) -> Instant? {
    guard let value, !value.isNull else { return nil }
    // Up to the year 9999.
    guard let seconds = value.integer, (0...253_402_300_799).contains(seconds) else { throw .invalid(name) }
    return Instant(milliseconds: seconds * 1000)
  }

  private static func tags(_ value: JSONValue?) throws(AzureError) -> [String: String]? {
    guard let value, !value.isNull else { return nil }
    guard value.kind == .object, value.count <= mostTags else { throw .invalid("tags") }
    var tags: [String: String] = [:]
    for (name, value) in value.members {
      guard let text = value.string, name.utf8.count <= longestTag, text.utf8.count <= longestTag else {
        throw .invalid("tags")
      }
      tags[name] = text
    }
    return tags
  }

  func apply(to dates: inout ObjectDates) {
    dates.protectStart = notBefore ?? dates.protectStart
    dates.protectStop = expires ?? dates.protectStop
  }

  /// What happens to a version in a state by that.
  func events(in state: KeyState) -> [KeyEvent] {
    if enabled == true, state == .suspended { return [.resume] }
    if enabled == false, state == .active { return [.suspend] }
    return []
  }
}

/// The attributes that every version shows.
struct ShownAttributes {
  let record: KeyRecord
  let notes: VersionNotes
  let vault: Vault

  init(_ record: KeyRecord, in vault: Vault) {
    self.record = record
    notes = VersionNotes(record)
    self.vault = vault
  }

  var isEnabled: Bool { record.state.isPendingDeletion ? notes.wasEnabled : record.state == .active }

  /// - Parameter more: what a collection adds.
  func write(_ json: inout JSONWriter, _ more: (inout JSONWriter) -> Void = { _ in }) {
    json.beginObject()
    json.member("enabled", isEnabled)
    if let start = record.object?.dates.protectStart { json.member("nbf", start.milliseconds / 1000) }
    if let end = record.object?.dates.protectStop { json.member("exp", end.milliseconds / 1000) }
    json.member("created", (notes.created ?? record.createdAt).milliseconds / 1000)
    json.member("updated", notes.updated)
    json.member("recoveryLevel", vault.recoveryLevel)
    json.member("recoverableDays", vault.retentionDays)
    more(&json)
    json.endObject()
  }
}

extension Vault {
  /// What becomes of deleted objects, in Azure's words.
  var recoveryLevel: String {
    (retentionDays == 90 ? "Recoverable" : "CustomizedRecoverable") + (isPurgeProtected ? "" : "+Purgeable")
  }
}
