/// Where an object is in a vault.
package struct VaultPlace: Hashable, Sendable {
  /// What is kept apart by name within a vault. Raw values are stored.
  package enum Collection: String, CaseIterable, Sendable {
    case keys
    case secrets
  }

  /// In lower case.
  package let vault: String
  package let collection: Collection
  /// As its owner wrote it; nil for the collection as a whole.
  package let name: String?

  package init(vault: String, _ collection: Collection, _ name: String? = nil) {
    self.vault = vault
    self.collection = collection
    self.name = name
  }

  /// What policies call it within its vault: names differ by more than case.
  package var object: String {
    name.map { collection.rawValue + "/" + $0.lowercased() } ?? collection.rawValue
  }

  /// What it is called among the names of its keyring.
  package var text: String { vault + "/" + object }

  /// Whether they mean the same, also where names are written otherwise.
  package func isSame(as other: VaultPlace) -> Bool { self == other || text == other.text }
}
