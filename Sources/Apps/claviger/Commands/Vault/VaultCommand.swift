import AdminAPI
import ArgumentParser

/// Vaults and who comes to them.
struct VaultCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "vault", abstract: "Vaults, as clients of Azure Key Vault know them.",
    discussion: """
        claviger vault app create shop
        claviger vault app add-secret CLIENT-ID
        claviger vault create shop --admin CLIENT-ID
      """,
    subcommands: [
      Create.self, List.self, Show.self, Delete.self, Recover.self, Assign.self, Unassign.self, Permit.self,
      Adopt.self,
      ApplicationCommand.self,
    ])

  static func write(_ one: VaultDetails, _ form: OutputForm) throws {
    if form.json { return try JSONText.write(one) }
    let kind = one.isManagedHSM ? "managed HSM" : "vault"
    print("\(kind) \(one.name) in \(one.region)\(one.deletedAt.map { ", deleted at \($0)" } ?? "")")
    print("  tenant     \(one.tenantID)")
    print("  deleted objects can be recovered for \(one.retentionDays) days")
    if one.isPurgeProtected { print("  and nobody can purge them before") }
    for one in one.assignments {
      print("  role       \(one.role) at \(one.scope): \(one.principal) (\(one.id))")
    }
    for one in one.accessPolicies {
      print("  may        \(one.permissions.joined(separator: ", ")): \(one.principal)")
    }
    for line in environment(one) { print(line) }
  }

  /// What Azure's clients read, but for who they are.
  private static func environment(_ one: VaultDetails) -> [String] {
    guard let url = one.url, let authority = one.authority else { return [] }
    var lines = [
      "export VAULT_URL=\(url)", "export AZURE_AUTHORITY_HOST=\(authority)",
      // Clients that are told this tenant ask nobody but the authority about it.
      "export AZURE_TENANT_ID=adfs",
    ]
    if let file = one.authorityFile {
      lines += ["export REQUESTS_CA_BUNDLE='\(file)'", "export SSL_CERT_FILE='\(file)'"]
    }
    return lines
  }
}

/// Which vault.
struct VaultChoice: ParsableArguments {
  @Argument(help: "What the vault is called.")
  var name: String

  @OptionGroup var place: IdentityPlace

  func client() throws -> AdminClient { try place.client() }

  var request: VaultRequest { VaultRequest(account: place.account, name: name) }
}
