import KMSBytes
import KMSDomain
import KMSEngine
import WireJSON

/// Gives a secret another value: a version more.
struct SetSecret {
  /// Bytes of a value, as Azure has it, and of what says what kind it is of.
  static let longestValue = 25 << 10
  static let longestContentType = 255

  private let call: VaultCall

  init(_ call: VaultCall) { self.call = call }

  func run(_ name: String) async throws(AzureError) -> VaultAnswer {
    let body = try call.document()
    let wanted = try WantedAttributes(body)
    let contentType = try SetSecret.contentType(body)
    let value = try SetSecret.value(body)
    let made = try await ItemVersions(call, .secrets).add(name, "SetSecret", .setSecret) {
      (previous, now) throws(KMSError) in
      var notes = VersionNotes(updated: now.milliseconds / 1000)
      notes.tags = wanted.tags ?? [:]
      notes.previous = previous.map { ItemNames.version(of: $0) }
      notes.fields[SecretBundle.contentType] = contentType
      var dates = ObjectDates()
      dates.activation = now
      wanted.apply(to: &dates)
      // Each attempt needs bytes of its own: custody takes them.
      let material = value.withBytes { Payload(copying: $0) }
      var version = NewObject(
        kind: .secret, spec: .bytes, usages: [], uses: [], exportable: true, isShared: false, dates: dates,
        notes: notes.encoded, source: .given(.encoded(material, .raw)))
      version.isSuspended = wanted.enabled == false
      return version
    }
    return .json { json in
      value.withBytes { SecretBundle(made, call).write(&json, value: $0) }
    }
  }

  private static func value(_ body: JSONValue) throws(AzureError) -> WipedBytes {
    guard let member = body["value"], member.kind == .string else { throw .invalid("value") }
    let bytes =
      member.withPlainBytes { WipedBytes([UInt8](copying: $0)) }
      ?? WipedBytes(Array((member.string ?? "").utf8))
    guard bytes.count <= longestValue else {
      throw .badParameter("The value is longer than \(longestValue) bytes.")
    }
    return bytes
  }

  static func contentType(_ body: JSONValue) throws(AzureError) -> String? {
    guard let member = body["contentType"], !member.isNull else { return nil }
    guard let text = member.string, text.utf8.count <= longestContentType else {
      throw .invalid("contentType")
    }
    return text
  }
}
