package import KMSDomain

/// What is known of a keyring's custom key stores, but the secrets of their credentials.
package struct DescribeCustomKeyStores: AccountQuery {
  package typealias Answer = Page<CustomKeyStore>

  package enum Choice: Sendable {
    /// Those whose ids come after `marker`.
    case all(after: String?)
    case id(String)
    case name(String)
  }

  package let keyring: Keyring
  package let choice: Choice
  package let limit: Int

  package init(_ choice: Choice, in keyring: Keyring, limit: Int) {
    self.choice = choice
    self.keyring = keyring
    self.limit = limit
  }

  package let operation = "DescribeCustomKeyStores"
  package let action = Action.describeCustomKeyStores
  package var account: AccountID { keyring.account }
  package var named: String {
    switch choice {
    case .all: ""
    case .id(let text), .name(let text): text
    }
  }

  /// - Throws: `notFound` for an id or a name that no store has.
  package func prepare(_ desk: Desk) async throws(KMSError) -> Page<CustomKeyStore> {
    let stores = try await desk.customKeyStores(in: keyring)
    switch choice {
    case .all(let marker):
      let rest = stores.records.filter { record in
        marker.map { $0.utf8.lexicographicallyPrecedes(record.id.text.utf8) } ?? true
      }
      return Page(reading: rest, limit: limit) { $0.id.text }
    case .id(let id):
      return Page(items: [try stores.store(KeyStoreReference(id, in: keyring))], next: nil)
    case .name(let name):
      guard let found = stores.records.first(where: { $0.name.utf8.elementsEqual(name.utf8) }) else {
        throw .customKeyStore(.notFound(name))
      }
      return Page(items: [found], next: nil)
    }
  }
}
