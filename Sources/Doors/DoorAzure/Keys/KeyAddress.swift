import KMSDomain
import KMSEngine

/// Which key a call is about, and what it is called to the caller.
struct KeyAddress: Sendable {
  let names: ItemNames
  let place: VaultPlace
  /// nil: the latest.
  let version: String?
  private let base: String
  private let adoption: Adoption?
  let reference: KeyReference

  /// - Throws: `badParameter` for what can't be a name, `KeyNotFound` for what can't be a version.
  init(_ call: VaultCall, _ name: String, version: String?) throws(AzureError) {
    guard ItemNames.isName(name) else { throw .invalid("name") }
    names = ItemNames(vault: call.vault, collection: .keys)
    place = names.place(name)
    self.version = version
    base = KeyAddress.base(call)
    adoption = call.adoption
    guard let reference = KeyAddress.reference(names, place, version, call.adoption) else {
      throw .notFound(VaultSubject(.keys, name, version: version))
    }
    self.reference = reference
  }

  private static func reference(
    _ names: ItemNames, _ place: VaultPlace, _ version: String?, _ adoption: Adoption?
  ) -> KeyReference? {
    // Where an adopted key isn't meant, there is nothing: that is found out, so that only those hear it who have the right.
    guard let adoption, !adoption.isDeleted, version.map(adoption.isVersion) ?? true else {
      return names.version(version, of: place)
    }
    return adoption.reference(at: place)
  }

  /// - Throws: `vault` for a record of another name, or one that was deleted.
  func require(_ record: KeyRecord) throws(KMSError) {
    guard let adoption else { return try names.require(record, of: place) }
    guard adoption.isTarget(record), !record.state.isDestroyed, !record.state.isPendingDeletion else {
      throw .vault(.itemNotFound(place))
    }
  }

  var subject: VaultSubject { VaultSubject(.keys, place.name ?? "", version: version) }

  /// What a record is called.
  /// - Throws: `vault` for one of another name, or one that was deleted.
  func called(_ record: KeyRecord) throws(KMSError) -> CalledKey {
    try require(record)
    guard adoption != nil else { return CalledKey(record, base) }
    return CalledKey(base: base, name: place.name ?? "", version: ItemNames.version(of: record))
  }

  static func base(_ call: VaultCall) -> String { call.base + "/keys/" }
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
