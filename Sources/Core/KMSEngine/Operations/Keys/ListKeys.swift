package import KMSDomain

/// The identifiers of a keyring's keys.
package struct ListKeys: AccountQuery {
  package typealias Answer = Page<String>

  package let keyring: Keyring
  package let marker: String?
  package let limit: Int

  package init(keyring: Keyring, marker: String?, limit: Int) {
    self.keyring = keyring
    self.marker = marker
    self.limit = limit
  }

  package let operation = "ListKeys"
  package let action = Action.listKeys
  package var account: AccountID { keyring.account }

  package func prepare(_ desk: Desk) async throws(KMSError) -> Page<String> {
    let found = try await desk.store.keyIdentifiers(in: keyring, after: marker, limit: limit + 1)
    return Page(reading: found, limit: limit) { $0 }
  }
}
