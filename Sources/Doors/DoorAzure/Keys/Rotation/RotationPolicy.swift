import KMSDomain
import WireJSON

/// When a key gets new versions by itself, and for how long each is good.
struct RotationPolicy: Hashable, Sendable {
  enum Trigger: Hashable, Sendable {
    case afterCreation(Period)
    case beforeExpiry(Period)
  }

  /// nil: nothing of the kind happens.
  var rotate: Trigger?
  /// Nobody is told by this server; clients keep it here.
  var notify: Trigger?
  /// Of new versions; nil: they don't expire.
  var expiry: Period?
  /// nil for the policy of keys whose owners gave none.
  var createdAt: Instant?
  var updatedAt: Instant?

  /// Of keys whose owners gave none.
  static let usual = RotationPolicy(
    rotate: nil, notify: Period("P30D").map { .beforeExpiry($0) }, expiry: nil)
}

extension RotationPolicy {
  /// In days.
  private static let shortestExpiry: Int64 = 28
  private static let shortest: Int64 = 7
  private static let shortestInHSM: Int64 = 28
  private static let mostActions = 2

  /// - Throws: `badParameter` for what can't be kept, or not by such a vault.
  init(_ json: JSONValue, inHSM: Bool) throws(KeyFault) {
    expiry = try json.present("attributes")?.period("expiryTime")
    if let expiry, expiry.days < RotationPolicy.shortestExpiry {
      throw .badParameter("Property expiryTime must be at least P\(RotationPolicy.shortestExpiry)D.")
    }
    if let actions = json.present("lifetimeActions") {
      guard actions.kind == .array, actions.count <= RotationPolicy.mostActions else {
        throw .invalid("lifetimeActions")
      }
      for action in actions.elements { try add(action) }
    }
    try check(inHSM: inHSM)
  }

  private mutating func add(_ json: JSONValue) throws(KeyFault) {
    guard let type = try json.present("action")?.text("type") else { throw .missing("type") }
    guard let trigger = json.present("trigger") else { throw .missing("trigger") }
    let found: Trigger
    switch (try trigger.period("timeAfterCreate"), try trigger.period("timeBeforeExpiry")) {
    case (let after?, nil): found = .afterCreation(after)
    case (nil, let before?): found = .beforeExpiry(before)
    case (nil, nil), (_?, _?): throw .invalid("trigger")
    }
    switch type.lowercased() {
    case "rotate":
      guard rotate == nil else { throw .invalid("lifetimeActions") }
      rotate = found
    case "notify":
      guard notify == nil else { throw .invalid("lifetimeActions") }
      notify = found
    default: throw .invalid("type")
    }
  }

  private func check(inHSM: Bool) throws(KeyFault) {
    let least = inHSM ? RotationPolicy.shortestInHSM : RotationPolicy.shortest
    switch rotate {
    case .afterCreation(let period):
      guard period.days >= least else {
        throw .badParameter("Property timeAfterCreate must be at least P\(least)D.")
      }
      if let expiry, period.days >= expiry.days {
        throw .badParameter("Property timeAfterCreate must be less than expiryTime.")
      }
    case .beforeExpiry(let period):
      guard let expiry, expiry.days - period.days >= least else {
        throw .badParameter("Property timeBeforeExpiry must leave at least P\(least)D of expiryTime.")
      }
    case nil: break
    }
  }
}

extension RotationPolicy {
  /// When a version is to be followed by another; nil: never.
  /// - Parameter expiry: the version's own.
  func rotation(of createdAt: Instant, expiry: Instant?) -> Instant? {
    switch rotate {
    case .afterCreation(let period): createdAt.advanced(seconds: period.seconds)
    case .beforeExpiry(let period): expiry?.advanced(seconds: -period.seconds)
    case nil: nil
    }
  }

  /// When a version expires that is made now; nil: never.
  func expiry(from now: Instant) -> Instant? { expiry.map { now.advanced(seconds: $0.seconds) } }

  /// - Parameter id: nil where it is kept.
  func write(id: String?, into json: inout JSONWriter) {
    json.beginObject()
    if let id { json.member("id", id) }
    json.name("lifetimeActions")
    json.beginArray()
    if let rotate { RotationPolicy.write(rotate, "Rotate", &json) }
    if let notify { RotationPolicy.write(notify, "Notify", &json) }
    json.endArray()
    json.name("attributes")
    json.beginObject()
    if let expiry { json.member("expiryTime", expiry.text) }
    if let createdAt { json.member("created", createdAt.milliseconds / 1000) }
    if let updatedAt { json.member("updated", updatedAt.milliseconds / 1000) }
    json.endObject()
    json.endObject()
  }

  private static func write(_ trigger: Trigger, _ action: String, _ json: inout JSONWriter) {
    json.beginObject()
    json.name("trigger")
    json.beginObject()
    switch trigger {
    case .afterCreation(let period): json.member("timeAfterCreate", period.text)
    case .beforeExpiry(let period): json.member("timeBeforeExpiry", period.text)
    }
    json.endObject()
    json.name("action")
    json.beginObject()
    json.member("type", action)
    json.endObject()
    json.endObject()
  }

  /// What `write` wrote; nil for anything else.
  init?(kept json: JSONValue) {
    guard let policy = try? RotationPolicy(json, inHSM: false), let attributes = json["attributes"] else {
      return nil
    }
    self = policy
    createdAt = attributes["created"]?.moment
    updatedAt = attributes["updated"]?.moment
  }
}

extension JSONValue {
  /// Of seconds since 1970.
  fileprivate var moment: Instant? { integer.map { Instant(milliseconds: 0).advanced(seconds: $0) } }

  fileprivate func period(_ name: String) throws(KeyFault) -> Period? {
    guard let text = try text(name) else { return nil }
    guard let period = Period(text) else { throw .invalid(name) }
    return period
  }
}
