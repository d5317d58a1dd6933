import KMSDomain
import Testing

extension StoreConformance {
  static let vaultPromises = [
    Promise("vaults are read back whole, and changed as they were read", vaults),
    Promise("vaults are listed by account and over all accounts, in parts", vaultLists),
  ]

  private static func vaults(_ suite: StoreConformance) async throws {
    let store = try await suite.storeWithEpoch()
    let first = Sample.vault("first", full: true)
    try await store.commit(.addVault(first))
    #expect(try await store.vault(first.record.name) == first)
    #expect(await store.failure(of: .addVault(Sample.vault("first"))) == .contention)
    var changed = first.record
    changed.retentionDays = 7
    changed.deletedAt = Instant(milliseconds: 5)
    changed.generation = 2
    let next = Authenticated(changed, code: [2])
    #expect(await store.failure(of: .updateVault(next, expecting: 7)) == .contention)
    try await store.commit(.updateVault(next, expecting: 1))
    #expect(try await store.vault(first.record.name) == next)
    #expect(try await store.vault(#require(VaultName("absent"))) == nil)
    #expect(await store.failure(of: .updateVault(Sample.vault("absent"), expecting: 1)) == .contention)
  }

  private static func vaultLists(_ suite: StoreConformance) async throws {
    let store = try await suite.storeWithEpoch()
    let other = Sample.keyring("999988887777", "eu-central-1").account
    for name in ["vault-c", "vault-a", "vault-b"] { try await store.commit(.addVault(Sample.vault(name))) }
    try await store.commit(.addVault(Sample.vault("vault-bb", of: other)))
    func names(_ account: AccountID?, after marker: String? = nil, limit: Int = 9) async throws -> [String] {
      try await store.vaults(of: account, after: marker.flatMap(VaultName.init), limit: limit)
        .map(\.record.name.text)
    }
    let account = Sample.keyring.account
    #expect(try await names(account) == ["vault-a", "vault-b", "vault-c"])
    #expect(try await names(account, limit: 2) == ["vault-a", "vault-b"])
    #expect(try await names(account, after: "vault-a") == ["vault-b", "vault-c"])
    #expect(try await names(other) == ["vault-bb"])
    #expect(try await names(nil) == ["vault-a", "vault-b", "vault-bb", "vault-c"])
    #expect(try await names(nil, after: "vault-b", limit: 1) == ["vault-bb"])
  }
}

extension Sample {
  fileprivate static func vault(
    _ name: String, of account: AccountID = Sample.keyring.account, full: Bool = false
  ) -> Authenticated<Vault> {
    guard let name = VaultName(name) else { preconditionFailure("no vault can have that name") }
    var vault = Vault(
      name: name, home: Keyring(account: account, region: "us-east-1", kind: .vault),
      createdAt: Instant(milliseconds: 1))
    if full {
      vault.isPurgeProtected = true
      vault.authorization = .accessPolicies
      vault.roles = [
        VaultRole(
          id: "r", name: "Reader", description: "reads", dataActions: ["a", "b"], notDataActions: ["c"],
          scopes: ["/"])
      ]
      vault.assignments = [RoleAssignment(id: "i", role: "r", principal: "p", scope: "/keys")]
      vault.accessPolicies = [VaultAccessPolicy(principal: "p", permissions: ["keys/get"])]
    }
    return Authenticated(vault, code: [1])
  }
}
