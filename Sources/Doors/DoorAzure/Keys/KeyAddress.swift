import KMSDomain
import KMSEngine

/// Which key a call is about, and what it is called to the caller.
struct KeyAddress: Sendable {
  let names: ItemNames
  let place: VaultPlace
  /// nil: the latest.
  let version: String?
  private let base: String
  let reference: KeyReference

  /// - Throws: `badParameter` for what can't be a name, `KeyNotFound` for what can't be a version.
  init(_ call: VaultCall, _ name: String, version: String?) throws(AzureError) {
    guard ItemNames.isName(name) else { throw .invalid("name") }
    names = ItemNames(vault: call.vault, collection: .keys)
    place = names.place(name)
    self.version = version
    base = KeyAddress.base(call)
    guard let reference = names.version(version, of: place) else {
      throw .notFound(VaultSubject(.keys, name, version: version))
    }
    self.reference = reference
  }

  var subject: VaultSubject { VaultSubject(.keys, place.name ?? "", version: version) }

  /// The `kid` of a record.
  /// - Throws: `vault` for one of another name, or one that was deleted.
  func kid(_ record: KeyRecord) throws(KMSError) -> String {
    try names.require(record, of: place)
    return KeyAddress.kid(record, base)
  }

  static func base(_ call: VaultCall) -> String { call.base + "/keys/" }

  static func kid(_ record: KeyRecord, _ base: String) -> String {
    base + (record.object?.place?.name ?? "") + "/" + ItemNames.version(of: record)
  }
}
