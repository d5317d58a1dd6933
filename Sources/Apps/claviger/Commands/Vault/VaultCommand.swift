import AdminAPI
import ArgumentParser
import KMSServer

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
    if let url = one.url, let authority = one.authority {
      let vault = Exports.Vault(url: url, authority: authority)
      print(vault.shell(trusting: one.authorityFile), terminator: "")
    }
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
