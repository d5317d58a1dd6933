package import KMSDomain

/// The aliases of a keyring, or of one key in it.
package struct ListAliases: AccountQuery {
  package typealias Answer = Page<Entry>

  /// An alias with the identifier of the key that it stands for.
  package struct Entry: Sendable {
    package let alias: AliasRecord
    package let keyIdentifier: String
  }

  package let keyring: Keyring
  package let target: KeyReference?
  package let marker: String?
  package let limit: Int

  package init(keyring: Keyring, target: KeyReference?, marker: String?, limit: Int) {
    self.keyring = keyring
    self.target = target
    self.marker = marker
    self.limit = limit
  }

  package let operation = "ListAliases"
  package let action = Action.listAliases
  package var account: AccountID { keyring.account }
  package var named: String { target?.asWritten ?? "" }

  package func prepare(_ desk: Desk) async throws(KMSError) -> Page<Entry> {
    var key: KeyID?
    if let target {
      // No alias here can stand for another account's key, and whether that key exists is not for this caller.
      guard target.account == account else { return Page(items: [], next: nil) }
      key = try await desk.key(target).record.id
    }
    let found = try await desk.store.aliases(in: keyring, of: key, after: marker, limit: limit + 1)
    var entries: [Entry] = []
    for stored in found {
      let alias = try desk.unseal(stored, .aliasRecord)
      let key = try await desk.key(KeyReference(.id(alias.target), asWritten: ""))
      entries.append(Entry(alias: alias, keyIdentifier: key.record.identifier))
    }
    return Page(reading: entries, limit: limit) { $0.alias.name.text }
  }
}

extension KeyReference {
  /// Whose key it would be; nil when only a ciphertext says so.
  fileprivate var account: AccountID? {
    switch target {
    case .name(let name): name.keyring.account
    case .id: nil
    }
  }
}
