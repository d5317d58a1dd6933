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
    guard let adoption else { return names.version(version, of: place) }
    guard !adoption.isDeleted, version.map(adoption.isVersion) ?? true else { return nil }
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
    return CalledKey(
      base: base, name: record.object?.place?.name ?? place.name ?? "", version: record.identifier)
  }

  static func base(_ call: VaultCall) -> String { call.base + "/keys/" }

}

/// What a version of a key is called to its callers; put together only where somebody wants to know.
struct CalledKey: Sendable {
  private let base: String
  private let name: String
  private let version: String

  /// - Parameters:
  ///   - base: up to the name.
  ///   - version: with hyphens or without.
  init(base: String, name: String, version: String) {
    self.base = base
    self.name = name
    self.version = version
  }

  /// The `kid`.
  var text: String { base + name + "/" + ItemNames.version(version) }
}
