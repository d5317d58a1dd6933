import KMSDomain
import KMSEngine
import WireJSON

/// Hands the value of a secret out. It is recorded as the use of a key is.
struct GetSecret: HotWork {
  let work: ExportObject
  let subject: VaultSubject

  /// - Parameter version: nil for the latest.
  /// - Throws: `SecretNotFound` for what can't be a version.
  init(_ name: String, _ version: String?, in vault: Vault) throws(AzureError) {
    let names = ItemNames(vault: vault, collection: .secrets)
    let place = names.place(name)
    subject = VaultSubject(.secrets, name, version: version)
    guard let reference = names.version(version, of: place) else { throw .notFound(subject) }
    work = ExportObject(
      "GetSecret", .readSecret, reference,
      choose: { key throws(KMSError) in
        try names.require(key.record, of: place)
        guard key.record.state == .active else { throw KMSError.keyDisabled(key.record.resourceName) }
        return .encoded(.raw)
      })
  }

  func answer(_ result: ExportObject.Answer, _ call: VaultCall) throws(AzureError) -> VaultAnswer {
    guard case .encoded(let value, _) = result.material else { throw .internalError }
    var json = JSONWriter(capacity: 1024 + value.count)
    let bundle = SecretBundle(result.key.record, call)
    guard value.readOnce({ bundle.write(&json, value: $0) }) != nil else { throw .internalError }
    return VaultAnswer(json.bytes)
  }
}
