import ArgumentParser
import KMSServer

struct Init: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Make a data directory without starting the server.",
    discussion: """
      Makes the database, the seal, an account, an administrator and a first access key. The secret of a production
      server's first access key is printed here once and kept nowhere in clear. The directory must be absent or empty.

        claviger init --data-dir /var/lib/claviger

      With --backups-of the server shares the secret of another one, given a copy of its file "seal". The configured seal must
      open that: the same passphrase, or a copy of the key file at seal.path. Backups of keys and secrets in vaults then open on
      both; nothing else of one server opens on the other.
      """)

  @OptionGroup var options: ServerOptions

  @Option(
    name: .long,
    help: ArgumentHelp(
      "Also make shares that open the store when what opens its seal is lost, and print them once: 2/3 for three, of which two are needed.",
      valueName: "needed/shares"))
  var recovery: ShareNumbers?

  @Option(
    name: .long,
    help: ArgumentHelp(
      "Open backups of keys and secrets that another server gives out: a copy of its seal file.",
      valueName: "file"))
  var backupsOf: String?

  func run() async throws {
    let configuration = try options.configuration()
    try Startup.restartHardened()
    try await Startup.initialise(
      configuration, recovery: recovery.map { (needed: $0.needed, shares: $0.shares) },
      backupsOf: backupsOf)
  }
}
