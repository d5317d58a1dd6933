import AdminAPI
import ArgumentParser

extension VaultCommand {
  struct Create: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Make a vault, and print the settings by which Azure's clients find it.")

    @OptionGroup var vault: VaultChoice

    @Flag(name: .long, help: "A managed HSM, and no vault.")
    var hsm = false

    @Option(name: .long, help: "The Region of what is in it. Default: the server's.")
    var region: String?

    @Option(
      name: .long,
      help: ArgumentHelp("For how long what is deleted can be recovered, 7 to 90.", valueName: "days"))
    var retentionDays = 90

    @Flag(name: .long, help: "What is deleted has to wait for its time, whoever asks.")
    var purgeProtection = false

    @Flag(name: .long, help: "Access policies decide in it, and no roles.")
    var accessPolicies = false

    @Option(
      name: .long,
      help: ArgumentHelp(
        "An application that may do everything with what is in it, by its client id.", valueName: "app"))
    var admin: String?

    @OptionGroup var form: OutputForm

    func run() async throws {
      let made = try await vault.client().call(
        AdminAPI.createVault,
        NewVault(
          account: vault.place.account, name: vault.name, isManagedHSM: hsm, region: region,
          retentionDays: retentionDays, isPurgeProtected: purgeProtection, hasAccessPolicies: accessPolicies,
          administrator: admin))
      try VaultCommand.write(made, form)
    }
  }

  struct List: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Say which vaults there are.")

    @OptionGroup var place: IdentityPlace
    @OptionGroup var form: OutputForm

    func run() async throws {
      let list = try await place.client().whole(AdminAPI.listVaults, \.vaults, of: place.account)
      if form.json { return try JSONText.write(list) }
      let rows = list.vaults.map {
        [$0.name, $0.region, $0.deletedAt == nil ? "in use" : "deleted", $0.url ?? ""]
      }
      for line in Columns.lines(["NAME", "REGION", "STATE", "URL"], rows) { print(line) }
    }
  }

  struct Show: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Say what there is of a vault, and who may do what in it.")

    @OptionGroup var vault: VaultChoice
    @OptionGroup var form: OutputForm

    func run() async throws {
      try VaultCommand.write(try await vault.client().call(AdminAPI.showVault, vault.request), form)
    }
  }

  struct Delete: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Serve nobody from a vault any more. What is in it stays, and it can be recovered.")

    @OptionGroup var vault: VaultChoice

    func run() async throws {
      _ = try await vault.client().call(AdminAPI.deleteVault, vault.request)
      print("vault \(vault.name) is deleted; claviger vault recover brings it back")
    }
  }

  struct Recover: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Bring a deleted vault back.")

    @OptionGroup var vault: VaultChoice
    @OptionGroup var form: OutputForm

    func run() async throws {
      try VaultCommand.write(try await vault.client().call(AdminAPI.recoverVault, vault.request), form)
    }
  }
}
