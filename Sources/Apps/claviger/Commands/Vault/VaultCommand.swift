import ArgumentParser

/// Vaults and who comes to them.
struct VaultCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "vault", abstract: "Vaults, as clients of Azure Key Vault know them.",
    subcommands: [ApplicationCommand.self])
}
