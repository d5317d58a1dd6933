import ArgumentParser
import KMSServer

struct Init: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Make a data directory without starting the server.",
    discussion: """
      Makes the database, the seal, an account, an administrator and a first access key. The secret of a production
      server's first access key is printed here once and kept nowhere in clear. The directory must be absent or empty.

        claviger init --data-dir /var/lib/claviger

      With --root-of the server gets the root key of another one, whose sealed root key is in a copy of its file "seal". The
      configured seal must open it: the same passphrase, or a copy of the key file at seal.path. Backups of keys and secrets in
      vaults then open on both; nothing else of one server opens on the other.
      """)

  @OptionGroup var options: ServerOptions

  @Option(
    name: .long,
    help: ArgumentHelp(
      "Have the root key of another server: a copy of its sealed root key.", valueName: "file"))
  var rootOf: String?

  func run() async throws {
    let configuration = try options.configuration()
    try Startup.restartHardened()
    try await Startup.initialise(configuration, rootOf: rootOf)
  }
}
