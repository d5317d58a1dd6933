import ArgumentParser
import KMSServer

/// The one executable.
@main struct Claviger: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "claviger",
    abstract: "A self-hosted key management system that speaks the AWS KMS API and KMIP.",
    discussion: """
      Try it:   claviger serve --dev --data-dir ./kms
      then:     eval "$(claviger env --data-dir ./kms)" && aws kms create-key

      Each command explains itself: claviger help serve
      """,
    version: "claviger \(Version.text)",
    subcommands: [
      Serve.self, Init.self, Status.self, Doctor.self, Env.self, Audit.self, IdentityCommand.self,
      PolicyCommand.self, KMIPCommand.self, VaultCommand.self, SealCommand.self, Unseal.self,
      RecoveryCommand.self, Recover.self, EpochCommand.self, Erase.self, Dev.self,
    ])

  /// Exit codes: 0 done, 1 it couldn't be done, 64 the command line was wrong.
  static func main() async {
    var command: any ParsableCommand
    do {
      command = try parseAsRoot()
    } catch {
      exit(withError: error)
    }
    do {
      if var waiting = command as? any AsyncParsableCommand {
        try await waiting.run()
      } else {
        try command.run()
      }
    } catch {
      Complaint.exit(error)
    }
  }
}
