import AdminAPI
import ArgumentParser
import KMSServer

/// Clients of the KMIP port.
struct KMIPCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "kmip", abstract: "Clients that speak KMIP.", subcommands: [KMIPClientCommand.self])
}

struct KMIPClientCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "client",
    abstract: "Clients that are known by a certificate.",
    discussion: """
      A client that may make, keep, find and use keys and other objects, with everything that it needs in a folder:

        claviger kmip client add array-1 --out ./array-1

      A client is a user of the account, in the path /kmip/; its rights are that user's policies.
      """,
    subcommands: [Add.self, List.self, Revoke.self])

  struct List: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Say which clients there are, and their certificates.")

    @OptionGroup var place: IdentityPlace
    @OptionGroup var form: OutputForm

    func run() async throws {
      var list = try await place.client().whole(AdminAPI.listKMIPClients, \.clients, of: place.account)
      list.clients.sort { ($0.name, $0.notAfter) < ($1.name, $1.notAfter) }
      try KMIPClientCommand.write(list, form)
    }
  }

  struct Revoke: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Shut a client out: its certificates are no longer known, and its connections end.",
      discussion: """
        The client stays a user, which claviger identity user delete removes. It can get another certificate at any time, these
        never again.
        """)

    @Argument(help: "The client's name.")
    var name: String

    @Option(
      name: .long,
      help: ArgumentHelp("Only the certificate of this fingerprint.", valueName: "64 hex digits"))
    var fingerprint: String?

    @OptionGroup var place: IdentityPlace
    @OptionGroup var form: OutputForm

    func run() async throws {
      let revoked = try await place.client().call(
        AdminAPI.revokeKMIPClient,
        KMIPClientRequest(account: place.account, name: name, fingerprint: fingerprint))
      try KMIPClientCommand.write(revoked, form)
    }
  }

  static func write(_ list: KMIPClientList, _ form: OutputForm) throws {
    if form.json { return try JSONText.write(list) }
    let rows = list.clients.map {
      [$0.name, $0.state.rawValue, $0.notAfter, $0.fingerprint, $0.subject]
    }
    for line in Columns.lines(["NAME", "STATE", "UNTIL", "FINGERPRINT", "SUBJECT"], rows) { print(line) }
  }
}
