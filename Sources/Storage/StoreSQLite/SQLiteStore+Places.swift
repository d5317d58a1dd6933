import Foundation
import GRDB
package import KMSDomain

// Reading the places where keys are, but for keyrings.
extension SQLiteStore {
  package func customKeyStores(
    in keyring: Keyring
  ) async throws(KMSError) -> [Authenticated<CustomKeyStore>] {
    try await all(.customKeyStores, SQLiteStore.place(keyring)) { row in
      try Records.customKeyStore(row, in: keyring)
    }
  }

  package func vault(_ name: VaultName) async throws(KMSError) -> Authenticated<Vault>? {
    try await one(.vault, [Data(text: name.text)]) { row, _ in try Records.vault(row) }
  }

  package func vaults(
    of account: AccountID?, after marker: VaultName?, limit: Int
  ) async throws(KMSError) -> [Authenticated<Vault>] {
    let page: StatementArguments = [Data(text: marker?.text ?? ""), max(0, limit)]
    guard let account else { return try await all(.vaults, page, Records.vault) }
    return try await all(.vaultsOfAccount, [Data(text: account.text)] + page, Records.vault)
  }
}
