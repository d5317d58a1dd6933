import ArgumentParser
import KMSServer

struct Audit: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Work with the audit log.",
    subcommands: [Verify.self, Certificate.self, VerifyCertificate.self])

  struct Verify: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Check that nobody edited, removed or reordered records of the audit log.",
      discussion: """
        Works on the files alone, with or without a running server. Records missing at the end can't be seen in the log
        itself: they are found by comparing it with a checkpoint kept elsewhere (--anchor), or with the store's copy
        of the last one. Without either, the answer says up to which record the log can be vouched for.
        Checkpoints are verified with the key in --key; without it with the seal's, and while a server runs with the one in
        the log's own folder, which the answer then says. Nothing is written.
        Exit code 1 when something is wrong.
        """)

    @OptionGroup var place: PlaceOptions

    @Option(
      name: .long, help: ArgumentHelp("A signed checkpoint that was kept elsewhere.", valueName: "file"))
    var anchor: String?

    @Option(
      name: .long,
      help: ArgumentHelp(
        "The public key of the checkpoints, as a copy of the log's verifier-key that was kept elsewhere.",
        valueName: "file"))
    var key: String?

    func run() async throws {
      let configuration = try place.configurationOfDirectory()
      try Startup.restartHardened()
      let result = try await AuditExamination(configuration).run(anchor: anchor, key: key)
      for line in result.lines { print(line) }
      if !result.isSound { throw ExitCode.failure }
    }
  }
}
