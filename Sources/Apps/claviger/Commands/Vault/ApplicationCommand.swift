import AdminAPI
import ArgumentParser
import KMSServer

/// Applications: what Azure calls service principals.
struct ApplicationCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "app",
    abstract: "Applications that come to vaults.",
    discussion: """
      An application acts as a user of the account. It proves itself by a secret, by a certificate, or by the tokens of an issuer that
      the server trusts:

        claviger vault app create shop
        claviger vault app add-secret CLIENT-ID
      """,
    subcommands: [
      Create.self, List.self, Show.self, AddSecret.self, AddCertificate.self, AddFederated.self, Remove.self,
      Enable.self, Disable.self, Delete.self,
    ])

  struct Create: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Make an application, and the user as whom it acts if there is none.")

    @Argument(help: "What the application is called.")
    var name: String

    @Option(
      name: .long,
      help: ArgumentHelp("The user as whom it acts. Default: one of its name.", valueName: "name"))
    var user: String?

    @Option(
      name: .long,
      help: ArgumentHelp("A ready-made role of a user that is made. May be repeated.", valueName: "role"))
    var role: [String] = []

    @OptionGroup var place: IdentityPlace
    @OptionGroup var form: OutputForm

    func run() async throws {
      let made = try await place.client().call(
        AdminAPI.createApplication,
        NewApplication(account: place.account, name: name, user: user, roles: role))
      try ApplicationCommand.write(made, form)
    }
  }

  struct List: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Say which applications there are.")

    @OptionGroup var place: IdentityPlace
    @OptionGroup var form: OutputForm

    func run() async throws {
      let list = try await place.client().whole(
        AdminAPI.listApplications, \.applications, of: place.account)
      if form.json { return try JSONText.write(list) }
      let rows = list.applications.map {
        [$0.name, $0.clientID, $0.user, $0.isEnabled ? "enabled" : "disabled"]
      }
      for line in Columns.lines(["NAME", "CLIENT ID", "USER", "STATE"], rows) { print(line) }
    }
  }

  struct Show: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Say what there is of an application, and by what it can prove itself.")

    @OptionGroup var application: ApplicationChoice
    @OptionGroup var form: OutputForm

    func run() async throws {
      let found = try await application.client().call(AdminAPI.showApplication, application.request)
      try ApplicationCommand.write(found, form)
    }
  }

  struct Delete: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Remove an application for good. The user as whom it acted stays.")

    @OptionGroup var application: ApplicationChoice

    func run() async throws {
      _ = try await application.client().call(AdminAPI.deleteApplication, application.request)
      print("application \(application.clientID) is removed")
    }
  }

  static func write(_ one: ApplicationDetails, _ form: OutputForm) throws {
    if form.json { return try JSONText.write(one) }
    print("application \(one.name), which acts as the user \(one.user)\(one.isEnabled ? "" : ", disabled")")
    print("  client id  \(one.clientID)")
    print("  object id  \(one.objectID)")
    print("  tenant     \(one.tenantID)")
    for secret in one.secrets {
      print("  secret     \(secret.id) (\(secret.hint)…), until \(secret.expiresAt)")
    }
    for one in one.certificates { print("  certificate \(one.sha256), until \(one.expiresAt)") }
    for one in one.federated {
      print("  federated  \(one.name): \(one.subject) of \(one.issuer), for \(one.audience)")
    }
  }
}

/// Which application.
struct ApplicationChoice: ParsableArguments {
  @Argument(help: "The application's client id.")
  var clientID: String

  @OptionGroup var place: IdentityPlace

  func client() throws -> AdminClient { try place.client() }

  var request: ApplicationRequest { ApplicationRequest(account: place.account, clientID: clientID) }
  var change: ApplicationChange { ApplicationChange(account: place.account, clientID: clientID) }
}
