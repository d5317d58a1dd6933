import AdminAPI
import ArgumentParser

extension VaultCommand {
  struct Assign: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Give an application a role in a vault.",
      discussion: """
          claviger vault assign shop --role "Key Vault Secrets User" --principal CLIENT-ID --scope /secrets/first
        """)

    @OptionGroup var vault: VaultChoice

    @Option(name: .long, help: "One of Azure's roles or of the vault's own, by name or id.")
    var role: String

    @Option(
      name: .long, help: ArgumentHelp("An application, by its client id or object id.", valueName: "app"))
    var principal: String

    @Option(name: .long, help: "/, /keys, /secrets, or one of these with a name behind it.")
    var scope = "/"

    @OptionGroup var form: OutputForm

    func run() async throws {
      let changed = try await vault.client().call(
        AdminAPI.assignRole,
        NewRoleAssignment(
          account: vault.place.account, vault: vault.name, role: role, principal: principal, scope: scope))
      try VaultCommand.write(changed, form)
    }
  }

  struct Unassign: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Take a role away again.")

    @OptionGroup var vault: VaultChoice

    @Argument(help: "The assignment's id, as show tells it.")
    var assignment: String

    @OptionGroup var form: OutputForm

    func run() async throws {
      let changed = try await vault.client().call(
        AdminAPI.unassignRole,
        RoleAssignmentRequest(account: vault.place.account, vault: vault.name, assignment: assignment))
      try VaultCommand.write(changed, form)
    }
  }

  struct Permit: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Say what an application may do in a vault with access policies, and nothing else.",
      discussion: """
          claviger vault permit shop --principal CLIENT-ID --permission secrets/get --permission secrets/list
        """)

    @OptionGroup var vault: VaultChoice

    @Option(
      name: .long, help: ArgumentHelp("An application, by its client id or object id.", valueName: "app"))
    var principal: String

    @Option(name: .long, help: "Such as secrets/get. May be repeated; without any, it may do nothing.")
    var permission: [String] = []

    @OptionGroup var form: OutputForm

    func run() async throws {
      let changed = try await vault.client().call(
        AdminAPI.permitInVault,
        NewAccessPolicy(
          account: vault.place.account, vault: vault.name, principal: principal, permissions: permission))
      try VaultCommand.write(changed, form)
    }
  }
}
