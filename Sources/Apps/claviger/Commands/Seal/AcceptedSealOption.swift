import ArgumentParser
import KMSServer

/// For whoever puts an older seal file back on purpose.
struct AcceptedSealOption: ParsableArguments {
  @Option(
    name: .long,
    help: ArgumentHelp(
      "Take a seal file that is older than the database, once, as the refusal named it: docs/operations/seal.md.",
      valueName: "file/known"))
  var acceptSeal: AcceptedSeal?
}

extension AcceptedSeal: ExpressibleByArgument {
  public init?(argument: String) { self.init(argument) }
}
