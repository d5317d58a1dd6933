import KMSBytes
import KMSDomain

/// How what is in a vault is called in the vault's keyring, and by which terms it is found there.
///
/// A name of a collection is a record of its own, the *item*; each version that it has had is another. A version has a name, which it keeps
/// when it is restored from a backup, while its record's identifier is always a new one; the version that is the latest has another name
/// beside that, which the next one takes from it.
struct ItemNames: Sendable {
  let vault: Vault
  let collection: VaultPlace.Collection

  var all: VaultPlace { VaultPlace(vault: vault.name.text, collection) }

  func place(_ name: String) -> VaultPlace { VaultPlace(vault: vault.name.text, collection, name) }

  /// What the item's record is called.
  func itemName(_ place: VaultPlace) -> String { place.text }

  /// What the record of the latest version is called.
  static func latestName(_ place: VaultPlace) -> String { place.text + "/latest" }

  /// What the record of a version is called.
  /// - Parameter version: 32 hex digits in lower case.
  static func versionName(_ version: String, of place: VaultPlace) -> String { place.text + "/" + version }

  func item(_ place: VaultPlace) -> KeyReference { given(itemName(place), place) }

  func latest(_ place: VaultPlace) -> KeyReference { given(ItemNames.latestName(place), place) }

  /// - Parameter version: nil for the latest.
  /// - Returns: nil for what can't be a version.
  func version(_ version: String?, of place: VaultPlace) -> KeyReference? {
    guard let version else { return latest(place) }
    let lowercased = version.lowercased()
    guard ItemNames.isVersion(lowercased) else { return nil }
    let name = ItemNames.versionName(lowercased, of: place)
    return KeyReference(
      .name(KeyName(.given, name, in: vault.home)), asWritten: place.object + "/" + lowercased)
  }

  /// The record of a version, by its own identifier.
  func reference(_ identifier: String, _ place: VaultPlace) -> KeyReference {
    KeyReference(
      .name(KeyName(.identifier, identifier, in: vault.home)), asWritten: place.object + "/" + identifier)
  }

  private func given(_ name: String, _ place: VaultPlace) -> KeyReference {
    KeyReference(.name(KeyName(.given, name, in: vault.home)), asWritten: place.object)
  }

  /// What the first record of a version is called among its account's keys, without hyphens; those of keys in several Regions have a
  /// word in front.
  static func version(_ identifier: String) -> String {
    let digits =
      identifier.utf8.starts(with: "mrk-".utf8) ? identifier.utf8.dropFirst(4) : identifier.utf8[...]
    return String(decoding: digits.filter { $0 != UInt8(ascii: "-") }, as: UTF8.self)
  }

  static func version(of record: KeyRecord) -> String {
    guard let object = record.object, let place = object.place else { return version(record.identifier) }
    let prefix = place.text.utf8.count + 1
    let named = object.names.lazy.compactMap { name -> String? in
      guard name.utf8.count == prefix + 32 else { return nil }
      let version = String(name.suffix(32))
      return isVersion(version) && name == versionName(version, of: place) ? version : nil
    }
    return named.first ?? version(record.identifier)
  }

  /// 32 hex digits in lower case.
  static func isVersion(_ text: String) -> Bool {
    text.utf8.count == 32
      && text.utf8.allSatisfy { (0x30...0x39).contains($0) || (0x61...0x66).contains($0) }
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
