import KMSDomain
import KMSEngine
import WireJSON

/// Hands the value of a secret out. It is recorded as the use of a key is.
struct GetSecret {
  private let call: VaultCall

  init(_ call: VaultCall) { self.call = call }

  /// - Parameter version: nil for the latest.
  func run(_ name: String, _ version: String?) async throws(AzureError) -> VaultAnswer {
    let names = ItemNames(vault: call.vault, collection: .secrets)
    let place = names.place(name)
    let subject = VaultSubject(.secrets, name, version: version)
    guard let reference = names.version(version, of: place) else { throw .notFound(subject) }
    let export = ExportObject(
      "GetSecret", .readSecret, reference,
      choose: { key throws(KMSError) in
        try names.require(key.record, of: place)
        guard key.record.state == .active else { throw KMSError.keyDisabled(key.record.resourceName) }
        return .encoded(.raw)
      })
    let answer = try await call.run(export, about: subject)
    guard case .encoded(let value, _) = answer.material else { throw .internalError }
    var json = JSONWriter(capacity: 1024 + value.count)
    let bundle = SecretBundle(answer.key.record, call)
    guard value.readOnce({ bundle.write(&json, value: $0) }) != nil else { throw .internalError }
    return VaultAnswer(json.bytes)
  }
}
