import AdminAPI
import ArgumentParser
import KMSServer

/// Who may use the server, for people who don't want to write policies.
struct IdentityCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "identity",
    abstract: "Accounts, users, roles and access keys, without writing policies.",
    discussion: """
      A user who may use one key, and what to paste for its clients:

        claviger identity user create app --role key-user --key alias/orders

      Ready-made roles:
      \(RoleTable.text)

      Run it as the user that runs the server: it goes through the socket in the data directory. What is made here are ordinary
      users, roles and policies, which clients of the IAM API see and change too.
      """,
    subcommands: [AccountCommand.self, UserCommand.self, KeyCommand.self, RoleCommand.self])
}

enum RoleTable {
  static let text = ReadyMadeRoleTable.rows.map { name, summary in
    "  " + name + String(repeating: " ", count: max(1, 19 - name.count)) + summary
  }.joined(separator: "\n")
}

/// In which account of which server.
struct IdentityPlace: ParsableArguments {
  @OptionGroup var place: PlaceOptions

  @Option(
    name: .long,
    help: ArgumentHelp("The account. Default: the server's first.", valueName: "12 digits"))
  var account: String?

  func client() throws -> AdminClient { AdminClient(try place.dataDirectory()) }
}

/// Which ready-made roles, on which keys.
struct RoleChoice: ParsableArguments {
  @Option(
    name: .long,
    help: ArgumentHelp(
      "A ready-made role: \(ReadyMadeRoleTable.rows.map(\.name).joined(separator: ", ")). May be repeated.",
      valueName: "role"))
  var role: [String] = []

  @OptionGroup var keys: KeyChoice
}

struct KeyChoice: ParsableArguments {
  @Option(
    name: .long,
    help: ArgumentHelp(
      "Only this key: its id, alias or ARN. May be repeated. Default: all keys of the account.",
      valueName: "key"))
  var key: [String] = []

  @Option(
    name: .long,
    help: ArgumentHelp("The Region of the keys. Default: the server's.", valueName: "region"))
  var region: String?
}

struct OutputForm: ParsableArguments {
  @Flag(name: .long, help: "Print the whole answer as JSON.")
  var json = false
}

extension Exports {
  /// Lines for the clients of whoever got an access key.
  init(_ key: IssuedAccessKey, _ connection: ClientConnection, account: String) {
    self.init(
      endpoint: connection.endpoint, tlsEndpoint: connection.tlsEndpoint,
      authorityFile: connection.authorityFile, accessKeyID: key.accessKeyID,
      secretAccessKey: key.secretAccessKey, region: connection.region, account: account)
  }

  static let secretNote = "# The secret is shown here once and kept nowhere in clear."
}
