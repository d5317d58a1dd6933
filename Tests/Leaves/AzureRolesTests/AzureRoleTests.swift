import AzureRoles
import Testing

@Suite("Roles of Azure")
struct AzureRoleTests {
  private func role(_ name: String, in provider: DataAction.Provider = .vault) throws -> [DataAction] {
    try #require(AzureRole.builtIn(name, in: provider)).allowed(in: provider)
  }

  @Test("an administrator of a vault may do all that a vault has, and nothing that only managed HSMs have")
  func administrator() throws {
    let allowed = try role("Key Vault Administrator")
    #expect(allowed == DataAction.allCases.filter { $0.name(in: .vault) != nil })
    #expect(!allowed.contains(.random) && !allowed.contains(.writeRoleAssignment))
  }

  @Test("whoever uses secrets reads them and changes nothing")
  func secretsUser() throws {
    #expect(try role("Key Vault Secrets User") == [.readSecretMetadata, .getSecret])
  }

  @Test("a reader sees what is there, but no value")
  func reader() throws {
    #expect(try role("Key Vault Reader") == [.readKeys, .readRotationPolicy, .readSecretMetadata])
  }

  @Test("officers have their own collection and not the other")
  func officers() throws {
    let secrets = try role("Key Vault Secrets Officer")
    let keys = try role("Key Vault Crypto Officer")
    #expect(Set(secrets).isDisjoint(with: keys))
    #expect(secrets.contains(.purgeSecret) && keys.contains(.purgeKey) && keys.contains(.writeRotationPolicy))
  }

  @Test("who administers a managed HSM may do nothing with its keys, and who uses keys gives nobody a role")
  func managedHSM() throws {
    let administrator = try role("Administrator", in: .managedHSM)
    #expect(Set(administrator).isDisjoint(with: [.readKeys, .sign, .decrypt, .createKey]))
    let user = try role("Managed HSM Crypto User", in: .managedHSM)
    #expect(user.contains(.sign) && !user.contains(.purgeKey) && !user.contains(.writeRoleAssignment))
  }

  @Test("ids and names are each one role's, and in lower case")
  func ids() {
    for provider in [DataAction.Provider.vault, .managedHSM] {
      let roles = AzureRole.builtIn(in: provider)
      #expect(Set(roles.map(\.id)).count == roles.count && Set(roles.map(\.name)).count == roles.count)
      #expect(roles.allSatisfy { $0.id == $0.id.lowercased() && $0.id.utf8.count == 36 })
    }
  }

  @Test("stars stand for anything, and what is taken out stays out")
  func patterns() {
    func allowed(_ actions: [String], not: [String] = []) -> [DataAction] {
      AzureRole(id: "", name: "", dataActions: actions, notDataActions: not).allowed(in: .vault)
    }
    #expect(allowed(["microsoft.keyvault/VAULTS/secrets/getSecret/action"]) == [.getSecret])
    #expect(allowed(["*/secrets/*"], not: ["*/secrets/getSecret/*"]).contains(.getSecret) == false)
    #expect(allowed(["*/secrets/*"]).contains(.getSecret))
    #expect(allowed(["Microsoft.KeyVault/vaults/secrets/getSecret"]).isEmpty)
    #expect(allowed([]).isEmpty && allowed([""]).isEmpty)
    #expect(allowed(["**"]).count == allowed(["*"]).count)
  }
}
