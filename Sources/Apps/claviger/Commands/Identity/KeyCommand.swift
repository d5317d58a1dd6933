import AdminAPI
import ArgumentParser
import KMSServer

struct KeyCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "key",
    abstract: "Access keys: what users sign with. A user has two at most, so that one can replace the other.",
    subcommands: [Create.self, List.self, Disable.self, Enable.self, Delete.self])

  struct Create: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Make another access key for a user, and print what its clients need.",
      discussion: """
        To replace a key: make the second, give it to the user's clients, disable the first and see that nothing misses it, \
        then delete it.
        """)

    @Argument(help: "The user's name.")
    var user: String

    @OptionGroup var place: IdentityPlace
    @OptionGroup var form: OutputForm

    func run() async throws {
      let made = try await place.client().call(
        AdminAPI.createAccessKey, IdentityRequest(account: place.account, name: user))
      if form.json { return try JSONText.write(made) }
      print(Exports.secretNote)
      print(Exports(made.accessKey, made.connection, account: made.account).forClients, terminator: "")
    }
  }

  struct List: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Say which access keys a user has, never their secrets.")

    @Argument(help: "The user's name.")
    var user: String

    @OptionGroup var place: IdentityPlace
    @OptionGroup var form: OutputForm

    func run() async throws {
      let found = try await place.client().call(
        AdminAPI.showUser, IdentityRequest(account: place.account, name: user))
      if form.json { return try JSONText.write(found.accessKeys) }
      let rows = found.accessKeys.map { [$0.accessKeyID, $0.isActive ? "active" : "disabled", $0.createdAt] }
      for line in Columns.lines(["ACCESS KEY", "STATE", "CREATED"], rows) { print(line) }
    }
  }

  struct Disable: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Stop an access key from signing; it can be enabled again.")

    @OptionGroup var key: NamedAccessKey

    func run() async throws { try await key.setActive(false) }
  }

  struct Enable: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Let a disabled access key sign again.")

    @OptionGroup var key: NamedAccessKey

    func run() async throws { try await key.setActive(true) }
  }

  struct Delete: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Remove an access key and its secret for good.", discussion: "Asks first.")

    @OptionGroup var key: NamedAccessKey

    @Flag(name: .long, help: "Don't ask. Needed where standard input is no terminal.")
    var yes = false

    func run() async throws {
      try Confirmation.ask(["access key \(key.accessKey) of \(key.user) goes"], isGiven: yes)
      _ = try await key.place.client().call(AdminAPI.deleteAccessKey, key.request(isActive: nil))
      print("removed access key \(key.accessKey)")
    }
  }
}

/// Which access key of whom.
struct NamedAccessKey: ParsableArguments {
  @Argument(help: "The user's name.")
  var user: String

  @Argument(help: "The id of the access key.")
  var accessKey: String

  @OptionGroup var place: IdentityPlace

  func request(isActive: Bool?) -> AccessKeyRequest {
    AccessKeyRequest(account: place.account, user: user, accessKeyID: accessKey, isActive: isActive)
  }

  func setActive(_ isActive: Bool) async throws {
    _ = try await place.client().call(AdminAPI.updateAccessKey, request(isActive: isActive))
    print("access key \(accessKey) is \(isActive ? "active" : "disabled")")
  }
}
