import AdminAPI
import ArgumentParser
import KMSServer

struct RoleCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "role",
    abstract: "Roles that users and workloads act as for a while, without an access key of their own.",
    subcommands: [Create.self, List.self, Show.self, Delete.self])

  struct Create: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Make a role, and say who may act as it and what it may do.",
      discussion: """
        For a workload that has tokens of an OpenID Connect issuer; the issuer becomes known to the account where it isn't:

          claviger identity role create deploy --trust issuer:https://ci.example.com \\
            --subject 'repo:acme/app:*' --audience sts.amazonaws.com --role key-user --key alias/deploy

        For one user, or for whoever in the account has the right sts:AssumeRole on it:

          claviger identity role create breakglass --trust user:alice --role administrator
          claviger identity role create reader --trust account --role auditor

        Ready-made roles:
        \(RoleTable.text)
        """)

    @Argument(help: "What the role is called.")
    var name: String

    @Option(
      name: .long,
      help: ArgumentHelp(
        "Who may act as it: account, user:NAME or issuer:URL.", valueName: "account|user:|issuer:"))
    var trust: String

    @Option(
      name: .long,
      help: ArgumentHelp(
        "With an issuer: which of its tokens, by their sub; * and ? stand for anything. May be repeated.",
        valueName: "text"))
    var subject: [String] = []

    @Option(
      name: .long,
      help: ArgumentHelp(
        "With an issuer: for whom its tokens must be, by their aud. May be repeated.", valueName: "text"))
    var audience: [String] = []

    @OptionGroup var choice: RoleChoice
    @OptionGroup var place: IdentityPlace
    @OptionGroup var form: OutputForm

    private var terms: NewRole.Trust? {
      let parts = trust.split(separator: ":", maxSplits: 1).map(String.init)
      switch (parts.first, parts.dropFirst().first) {
      case ("account", nil): return NewRole.Trust(audiences: audience, subjects: subject)
      case ("user", let name?): return NewRole.Trust(user: name, audiences: audience, subjects: subject)
      case ("issuer", let url?): return NewRole.Trust(issuer: url, audiences: audience, subjects: subject)
      case (_, _): return nil
      }
    }

    func validate() throws {
      guard terms != nil else {
        throw ValidationError("--trust is account, user:NAME or issuer:https://...")
      }
    }

    func run() async throws {
      let wanted = NewRole(
        account: place.account, name: name, trust: terms ?? NewRole.Trust(), roles: choice.role,
        keys: choice.keys.key, region: choice.keys.region)
      try IdentityText.write(try await place.client().call(AdminAPI.createRole, wanted), form)
    }
  }

  struct List: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Say which roles there are.")

    @OptionGroup var place: IdentityPlace
    @OptionGroup var form: OutputForm

    func run() async throws { try await IdentityText.list(AdminAPI.listRoles, place, form) }
  }

  struct Show: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Show everything that a role is and has, and who may act as it.")

    @Argument(help: "The role's name.")
    var name: String

    @OptionGroup var place: IdentityPlace
    @OptionGroup var form: OutputForm

    func run() async throws {
      let role = try await place.client().call(
        AdminAPI.showRole, IdentityRequest(account: place.account, name: name))
      try IdentityText.write(role, form)
    }
  }

  struct Delete: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Remove a role with its policies.",
      discussion: "Says what will go and asks first. Its sessions end with it.")

    @Argument(help: "The role's name.")
    var name: String

    @Flag(name: .long, help: "Don't ask. Needed where standard input is no terminal.")
    var yes = false

    @OptionGroup var place: IdentityPlace

    func run() async throws {
      let client = try place.client()
      let request = IdentityRequest(account: place.account, name: name)
      let role = try await client.call(AdminAPI.showRole, request)
      try Confirmation.ask(IdentityText.losses("role", role), isGiven: yes)
      _ = try await client.call(AdminAPI.deleteRole, request)
      print("removed role \(role.arn)")
    }
  }
}
