import AdminAPI
import KMSDomain
import KMSEngine

// Names in vaults for keys that are at home elsewhere.
extension AdminCall {
  func adoptKey(_ wanted: NewAdoption) async throws -> AdoptedKey {
    let operation = "AdoptKey"
    let account = try await account(wanted.account, operation)
    let name = try await vaultName(wanted.vault, operation)
    let vault = try await beforehand.run(ReadVault("DescribeVault", .describeVault, of: name, in: account))
    let key = try await adoptable(wanted.key, by: vault, operation)
    guard let work = desk.adoption(key, wanted.name, vault) else {
      throw try await refuse(
        .invalidRequest("a name has 1 to 127 letters, digits and hyphens"), operation: operation)
    }
    let adopted = try await run(work)
    let url = details(vault).url.map { $0 + "/keys/" + wanted.name }
    return AdoptedKey(url: url, resource: adopted.inputs.first?.record.resourceName ?? "")
  }

  /// The key in the words of AWS; where it means none, as KMIP calls its objects.
  private func adoptable(
    _ text: String, by vault: Vault, _ operation: String
  ) async throws -> KeyReference {
    let home = vault.home
    let references = try await references([text], of: home.account, in: home.region, operation)
    guard let reference = references.first else { throw KMSError.keyNotFound(text) }
    do throws(KMSError) {
      _ = try await desk.engine.desk.key(reference)
      return reference
    } catch .keyNotFound {
      let kmip = Keyring(account: home.account, region: home.region, kind: .kmip)
      return KeyReference(.name(KeyName(.identifier, text, in: kmip)), asWritten: text)
    }
  }
}
