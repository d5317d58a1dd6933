import KMSBytes
import KMSDomain
import WireJSON

/// By whose word about itself an environment gets an exportable key, as its owner wrote it.
struct ReleasePolicy: Hashable, Sendable {
  let contentType: String
  /// JSON, byte for byte.
  let data: [UInt8]
  /// Whether it stays for ever.
  let isImmutable: Bool

  /// Bytes.
  private static let longest = 32 << 10
  private static let longestContentType = 255
  static let usualContentType = "application/json; charset=utf-8"

  /// The member `release_policy` of a request; nil where there is none.
  /// - Throws: `badParameter`.
  static func read(_ json: JSONValue) throws(KeyFault) -> ReleasePolicy? {
    guard let policy = json.present("release_policy") else { return nil }
    guard policy.kind == .object else { throw .invalid("release_policy") }
    let data = try policy.required(bytes: "data")
    let type = try policy.text("contentType") ?? usualContentType
    guard (1...longest).contains(data.count), (1...longestContentType).contains(type.utf8.count)
    else { throw .invalid("release_policy") }
    _ = try ReleaseRules(data)
    return ReleasePolicy(
      contentType: type, data: data, isImmutable: try policy.flag("immutable") ?? false)
  }

  /// The policy that comes after this one.
  /// - Throws: `badParameter` where this one stays for ever.
  func followed(by next: ReleasePolicy?) throws(KeyFault) -> ReleasePolicy {
    guard let next, next != self else { return self }
    guard !isImmutable else {
      throw .badParameter("AKV.SKR.1020: Immutable Key Release Policy cannot be modified.")
    }
    return next
  }

  func write(into json: inout JSONWriter) {
    json.beginObject()
    json.member("contentType", contentType)
    json.member("immutable", isImmutable)
    json.member("data", bytes: data)
    json.endObject()
  }
}

extension ReleasePolicy {
  private static let type = "releaseType"
  private static let text = "releaseData"
  private static let immutable = "releaseImmutable"

  init?(kept fields: [String: String]) {
    guard let type = fields[ReleasePolicy.type], let text = fields[ReleasePolicy.text],
      let data = Base64.bytes(text)
    else { return nil }
    self.init(contentType: type, data: data, isImmutable: fields[ReleasePolicy.immutable] != nil)
  }

  static func keep(_ policy: ReleasePolicy?, in fields: inout [String: String]) {
    fields[type] = policy?.contentType
    fields[text] = policy.map { Base64.string($0.data) }
    fields[immutable] = policy?.isImmutable == true ? "true" : nil
  }
}
