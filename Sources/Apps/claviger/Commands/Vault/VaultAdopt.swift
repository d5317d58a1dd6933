import AdminAPI
import ArgumentParser

extension VaultCommand {
  struct Adopt: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Give a key that is there already a name in a vault.",
      discussion: """
        The key stays what it is: its policy, its states and its deletion are those of the protocol that made it.

          claviger vault adopt shop till --key arn:aws:kms:...:key/...
        """)

    @OptionGroup var vault: VaultChoice

    @Argument(help: "What the key is to be called there.")
    var keyName: String

    @Option(
      name: .long,
      help: ArgumentHelp(
        "Its ARN, id or alias; of one that was made over KMIP its unique identifier.", valueName: "key"))
    var key: String

    @OptionGroup var form: OutputForm

    func run() async throws {
      let adopted = try await vault.client().call(
        AdminAPI.adoptKey,
        NewAdoption(account: vault.place.account, vault: vault.name, name: keyName, key: key))
      if form.json { return try JSONText.write(adopted) }
      print("\(adopted.resource) is \(adopted.url ?? keyName)")
    }
  }
}
