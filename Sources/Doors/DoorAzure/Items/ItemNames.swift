import KMSBytes
import KMSDomain

/// How what is in a vault is called in the vault's keyring, and by which terms it is found there.
///
/// A name of a collection is a record of its own, the *item*; each version that it has had is another. The version that is the latest
/// has a name beside its identifier, which the next one takes from it.
struct ItemNames: Sendable {
  let vault: Vault
  let collection: VaultPlace.Collection

  var all: VaultPlace { VaultPlace(vault: vault.name.text, collection) }

  func place(_ name: String) -> VaultPlace { VaultPlace(vault: vault.name.text, collection, name) }

  /// What the item's record is called.
  func itemName(_ place: VaultPlace) -> String { place.text }

  /// What the record of the latest version is called.
  func latestName(_ place: VaultPlace) -> String { place.text + "/latest" }

  func item(_ place: VaultPlace) -> KeyReference { given(itemName(place), place) }

  func latest(_ place: VaultPlace) -> KeyReference { given(latestName(place), place) }

  /// - Parameter version: nil for the latest.
  /// - Returns: nil for what can't be a version.
  func version(_ version: String?, of place: VaultPlace) -> KeyReference? {
    guard let version else { return latest(place) }
    guard let identifier = ItemNames.identifier(version) else { return nil }
    return reference(identifier, place)
  }

  func reference(_ identifier: String, _ place: VaultPlace) -> KeyReference {
    KeyReference(
      .name(KeyName(.identifier, identifier, in: vault.home)), asWritten: place.object + "/" + identifier)
  }

  private func given(_ name: String, _ place: VaultPlace) -> KeyReference {
    KeyReference(.name(KeyName(.given, name, in: vault.home)), asWritten: place.object)
  }

  /// Azure's 32 hex digits, as the identifier of a record has them.
  static func identifier(_ version: String) -> String? {
    guard version.utf8.count == 32 else { return nil }
    // Every digit counts: others would be another version.
    var letters: [UInt8] = []
    letters.reserveCapacity(36)
    for byte in version.utf8 {
      let lower = byte | 0x20
      guard (0x30...0x39).contains(byte) || (0x61...0x66).contains(lower) else { return nil }
      if hyphens.contains(letters.count) { letters.append(UInt8(ascii: "-")) }
      letters.append(lower)
    }
    return String(decoding: letters, as: UTF8.self)
  }

  /// Where they stand in identifiers.
  private static let hyphens = [8, 13, 18, 23]

  static func version(of record: KeyRecord) -> String { version(record.identifier) }

  /// - Parameter identifier: with hyphens or without; those of keys in several Regions have a word in front.
  static func version(_ identifier: String) -> String {
    let digits =
      identifier.utf8.starts(with: "mrk-".utf8) ? identifier.utf8.dropFirst(4) : identifier.utf8[...]
    return String(decoding: digits.filter { $0 != UInt8(ascii: "-") }, as: UTF8.self)
  }

  /// 1 to 127 letters, digits and hyphens.
  static func isName(_ text: String) -> Bool {
    (1...127).contains(text.utf8.count)
      && text.utf8.allSatisfy {
        (0x61...0x7a).contains($0 | 0x20) || (0x30...0x39).contains($0) || $0 == UInt8(ascii: "-")
      }
  }
}

extension ItemNames {
  /// Of the items that are in use, and of those that wait to be gone.
  var liveTerm: UInt64 { ItemNames.term("keyvault/live/" + all.text) }
  var deletedTerm: UInt64 { ItemNames.term("keyvault/deleted/" + all.text) }

  /// Of the versions of an item.
  func versionTerm(_ place: VaultPlace) -> UInt64 { ItemNames.term("keyvault/version/" + place.text) }

  /// Of the item by whose name a key was adopted.
  func adoptedTerm(_ place: VaultPlace) -> UInt64 { ItemNames.term("keyvault/adopted/" + place.text) }

  /// All terms of an item.
  func terms(of item: KeyRecord, isDeleted: Bool) -> [UInt64] {
    let first = isDeleted ? deletedTerm : liveTerm
    guard let place = item.object?.place, Adoption(item) != nil else { return [first] }
    return [first, adoptedTerm(place)].sorted()
  }

  /// FNV-1a. Others may have the same: what is found is looked at.
  private static func term(_ text: String) -> UInt64 {
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    for byte in text.utf8 { hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01b3 }
    return hash
  }

  func isItem(_ record: KeyRecord) -> Bool {
    record.kind == .vaultItem && record.object?.place.map { $0.vault == vault.name.text } == true
      && record.object?.place?.collection == collection && !record.state.isDestroyed
  }

  func isVersion(_ record: KeyRecord, of place: VaultPlace) -> Bool {
    record.kind != .vaultItem && record.object?.place?.isSame(as: place) == true && !record.state.isDestroyed
  }

  /// - Throws: `vault(.versionNotFound)` for a record of another item: its identifier proves nothing.
  func require(_ record: KeyRecord, of place: VaultPlace) throws(KMSError) {
    guard isVersion(record, of: place) else {
      throw .vault(.versionNotFound(place, version: ItemNames.version(of: record)))
    }
    guard !record.state.isPendingDeletion else { throw .vault(.itemNotFound(place)) }
  }
}
