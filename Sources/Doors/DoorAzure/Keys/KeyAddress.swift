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

  /// What a record is called.
  /// - Throws: `vault` for one of another name, or one that was deleted.
  func called(_ record: KeyRecord) throws(KMSError) -> CalledKey {
    try names.require(record, of: place)
    return CalledKey(record, base)
  }

  static func base(_ call: VaultCall) -> String { call.base + "/keys/" }

  static func kid(_ record: KeyRecord, _ base: String) -> String { CalledKey(record, base).text }
}

/// What a version of a key is called to its callers; put together only where somebody wants to know.
struct CalledKey: Sendable {
  private enum Version: Sendable {
    case known(name: String, version: String)
    case ofRecord(KeyRecord)
  }

  private let base: String
  private let version: Version

  /// - Parameters:
  ///   - base: up to the name.
  ///   - version: 32 hex digits.
  init(base: String, name: String, version: String) {
    self.base = base
    self.version = .known(name: name, version: version)
  }

  init(_ record: KeyRecord, _ base: String) {
    self.base = base
    version = .ofRecord(record)
  }

  /// The `kid`.
  var text: String {
    switch version {
    case .known(let name, let version): base + name + "/" + version
    case .ofRecord(let record):
      base + (record.object?.place?.name ?? "") + "/" + ItemNames.version(of: record)
    }
  }
}
