import AdminAPI
import ArgumentParser
import KMSServer

struct UserCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "user",
    abstract: "People and programs that sign with an access key.",
    subcommands: [
      Create.self, List.self, Show.self, GrantRole.self, RevokeRole.self, Delete.self,
    ])

  struct Create: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Make a user with its rights and an access key, and print what its clients need.",
      discussion: """
        The lines can be pasted into a shell. The secret is in them and nowhere else.

          claviger identity user create app --role key-user --key alias/orders
          claviger identity user create eve --role auditor

        Ready-made roles:
        \(RoleTable.text)
        """)

    @Argument(help: "What the user is called.")
    var name: String

    @OptionGroup var choice: RoleChoice
    @OptionGroup var place: IdentityPlace

    @Flag(name: .long, help: "Make no access key.")
    var withoutAccessKey = false

    @OptionGroup var form: OutputForm

    func run() async throws {
      let made = try await place.client().call(
        AdminAPI.createUser,
        NewUser(
          account: place.account, name: name, roles: choice.role, keys: choice.keys.key,
          region: choice.keys.region, withAccessKey: !withoutAccessKey))
      if form.json { return try JSONText.write(made) }
      print("# user \(made.user.arn): \(IdentityText.rights(made.user))")
      guard let key = made.accessKey else { return }
      print(Exports.secretNote)
      print(Exports(key, made.connection, account: made.user.account).forClients, terminator: "")
    }
  }

  struct List: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Say which users there are.")

    @OptionGroup var place: IdentityPlace
    @OptionGroup var form: OutputForm

    func run() async throws { try await IdentityText.list(AdminAPI.listUsers, place, form) }
  }

  struct Show: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Show everything that a user is and has: rights, groups, access keys.")

    @Argument(help: "The user's name.")
    var name: String

    @OptionGroup var place: IdentityPlace
    @OptionGroup var form: OutputForm

    func run() async throws {
      let user = try await place.client().call(
        AdminAPI.showUser, IdentityRequest(account: place.account, name: name))
      try IdentityText.write(user, form)
    }
  }

  struct GrantRole: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Give a user a ready-made role, on all keys or on some.",
      discussion: """
        Keys that are named replace those of an earlier grant of the same role.

        Ready-made roles:
        \(RoleTable.text)
        """)

    @Argument(help: "The user's name.")
    var name: String

    @Argument(help: "The role.")
    var role: String

    @OptionGroup var keys: KeyChoice
    @OptionGroup var place: IdentityPlace
    @OptionGroup var form: OutputForm

    func run() async throws {
      let grant = RoleGrant(
        account: place.account, name: name, role: role, keys: keys.key, region: keys.region)
      try IdentityText.write(try await place.client().call(AdminAPI.grantToUser, grant), form)
    }
  }

  struct RevokeRole: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Take a ready-made role from a user, on all keys and on some alike.")

    @Argument(help: "The user's name.")
    var name: String

    @Argument(help: "The role.")
    var role: String

    @OptionGroup var place: IdentityPlace
    @OptionGroup var form: OutputForm

    func run() async throws {
      let grant = RoleGrant(account: place.account, name: name, role: role, keys: [], region: nil)
      try IdentityText.write(try await place.client().call(AdminAPI.revokeFromUser, grant), form)
    }
  }

  struct Delete: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Remove a user with its access keys, policies and memberships.",
      discussion: "Says what will go and asks first. It all goes at once, or nothing does.")

    @Argument(help: "The user's name.")
    var name: String

    @Flag(name: .long, help: "Don't ask. Needed where standard input is no terminal.")
    var yes = false

    @OptionGroup var place: IdentityPlace

    func run() async throws {
      let client = try place.client()
      let request = IdentityRequest(account: place.account, name: name)
      let user = try await client.call(AdminAPI.showUser, request)
      try Confirmation.ask(IdentityText.losses("user", user), isGiven: yes)
      _ = try await client.call(AdminAPI.deleteUser, request)
      print("removed user \(user.arn)")
    }
  }
}
