import AdminAPI
import ArgumentParser
import KMSServer

struct AccountCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "account",
    abstract: "Tenants: each has keys, users and roles of its own.",
    subcommands: [Create.self, List.self])

  struct Create: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Make an account, and on request its administrator.",
      discussion: """
        With --admin, prints what the administrator's clients need, once:

          eval "$(claviger identity account create --admin alice)"
        """)

    @OptionGroup var place: PlaceOptions

    @Option(
      name: .long,
      help: ArgumentHelp("The account's number. Default: one is made up.", valueName: "12 digits"))
    var id: String?

    @Option(
      name: .long,
      help: ArgumentHelp("Also make this user, who may do everything in the account.", valueName: "name"))
    var admin: String?

    @OptionGroup var form: OutputForm

    func run() async throws {
      let client = AdminClient(try place.dataDirectory())
      let made = try await client.call(
        AdminAPI.createAccount, NewAccount(account: id, administrator: admin))
      if form.json { return try JSONText.write(made) }
      guard let key = made.accessKey, let connection = made.connection else { return print(made.account) }
      print("# account \(made.account), administrator \(made.administrator ?? "")")
      print(Exports.secretNote)
      print(Exports(key, connection, account: made.account).forClients, terminator: "")
    }
  }

  struct List: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Say which accounts there are.")

    @OptionGroup var place: PlaceOptions
    @OptionGroup var form: OutputForm

    func run() async throws {
      let client = AdminClient(try place.dataDirectory())
      let list = try await client.whole(AdminAPI.listAccounts, \.accounts)
      if form.json { return try JSONText.write(list) }
      let rows = list.accounts.map { [$0.account, $0.createdAt, $0.isDefault ? "default" : ""] }
      for line in Columns.lines(["ACCOUNT", "CREATED", ""], rows) { print(line) }
    }
  }
}
