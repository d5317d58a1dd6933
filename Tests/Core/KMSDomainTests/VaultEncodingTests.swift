import KMSDomain
import Testing

@Suite("Vaults as they are stored")
struct VaultEncodingTests {
  private func vault() throws -> Vault {
    Vault(
      name: try #require(VaultName("one")),
      home: Keyring(account: try #require(AccountID("111122223333")), region: "r", kind: .managedHSM),
      createdAt: Instant(milliseconds: 1),
      roles: [
        VaultRole(
          id: "r", name: "R", description: "d", dataActions: ["a"], notDataActions: ["b"], scopes: ["/"])
      ], assignments: [RoleAssignment(id: "i", role: "r", principal: "p", scope: "/keys/a")])
  }

  @Test("They are read back whole, with every setting")
  func whole() throws {
    var vault = try vault()
    #expect(Vault(canonical: vault.canonicalBytes) == vault)
    vault.isOpenToResourceManager = true
    #expect(Vault(canonical: vault.canonicalBytes) == vault)
  }

  @Test("One that isn't open to the resource manager is stored as before there was such a thing")
  func before() throws {
    let bytes = try vault().canonicalBytes
    #expect(bytes.count > 15 && Array(bytes[8..<15]) == Array("vault/1".utf8))
  }
}
