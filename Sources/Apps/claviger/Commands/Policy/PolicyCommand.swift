import ArgumentParser
import KMSServer

struct PolicyCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "policy",
    abstract: "Find out what policies say.",
    subcommands: [PolicyExplain.self, PolicyCheck.self])
}

struct PolicyCheck: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check",
    abstract: "Say whether a file is a policy document, without any server.",
    discussion: """
      Prints what the server would say of it, in AWS's words.
      Exit code 1 when it is refused.

        claviger policy check policy.json --kind key
      """)

  @Argument(help: "The document.")
  var file: String

  @Option(
    name: .long,
    help: ArgumentHelp("What it is to hang on: key, identity or trust.", valueName: "kind"))
  var kind: PolicyExamination.Kind = .identity

  func run() throws {
    let count = try PolicyExamination.statements(inFile: file, as: kind)
    print("\(file) is a sound \(kind.rawValue) policy of \(count) \(count == 1 ? "statement" : "statements")")
  }
}

extension PolicyExamination.Kind: ExpressibleByArgument {}
