import ArgumentParser
import KMSServer

struct Serve: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Run the server.",
    discussion: """
      Makes the data directory on first start, with a seal, an account and a first access key, and prints what to paste.
      Standard output gets one line that begins with "ready" once clients can connect; the log goes to standard error.
      SIGTERM or SIGINT ends the server after the requests under way are answered.

        claviger serve --dev --data-dir ./kms
        claviger serve --dev --data-dir ./kms --seed keys.yaml
        claviger serve --config /etc/claviger/claviger.yaml
      """)

  @OptionGroup var options: ServerOptions

  @Flag(name: .long, help: "Check the configuration, say what is wrong with it, and end.")
  var checkConfig = false

  @OptionGroup var seal: AcceptedSealOption

  func run() async throws {
    let configuration = try options.configuration()
    if checkConfig {
      try Startup.check(configuration)
      print("configuration is valid")
      return
    }
    try Startup.restartHardened()
    try await Startup.serve(configuration, accepting: seal.acceptSeal)
  }
}
