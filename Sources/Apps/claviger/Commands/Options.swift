import ArgumentParser
import KMSServer

/// Which server a command is about.
struct PlaceOptions: ParsableArguments {
  @Option(
    name: .long,
    help: ArgumentHelp(
      "Read this configuration file. docs/configuration.md describes it. Environment: CLAVIGER_CONFIG.",
      valueName: "file"))
  var config: String?

  @Option(
    name: .long,
    help: ArgumentHelp(
      "The folder that holds everything of the server. Environment: CLAVIGER_DATA_DIR.", valueName: "dir"))
  var dataDir: String?

  fileprivate var flags: [ConfigurationSources.Flag] {
    dataDir.map { [ConfigurationSources.Flag("--data-dir", for: "data-dir", $0)] } ?? []
  }

  func dataDirectory() throws -> DataDirectory {
    try Startup.dataDirectory(file: config, flags: flags)
  }

  /// The whole configuration, for a directory that may be of either mode.
  func configurationOfDirectory() throws -> Configuration {
    try Startup.configurationOfDirectory(file: config, flags: flags)
  }
}

/// What `serve` and `init` can be told on the command line. Everything else is in the configuration file.
struct ServerOptions: ParsableArguments {
  @OptionGroup var place: PlaceOptions

  @Flag(
    name: .long,
    help: """
      A development server: loopback only, credentials in clear in the data directory, a clock that can be moved. A \
      directory made this way stays one for ever.
      """)
  var dev = false

  @Option(
    name: .long,
    help: ArgumentHelp(
      "Plain HTTP, loopback only. Port 0: any free port. Default: 127.0.0.1:8470.", valueName: "host:port|off"
    ))
  var listen: String?

  @Option(
    name: .long,
    help: ArgumentHelp("HTTPS. Port 0: any free port. Default: 127.0.0.1:8471.", valueName: "host:port|off"))
  var listenTls: String?

  @Option(
    name: .long,
    help: ArgumentHelp(
      "Where KMIP listens, over TLS with client certificates. Default: 127.0.0.1:5696.",
      valueName: "host:port|off"))
  var listenKmip: String?

  @Option(
    name: .long,
    help: ArgumentHelp("The Region that clients are told to use. Default: us-east-1.", valueName: "region"))
  var region: String?

  @Option(
    name: .long,
    help: ArgumentHelp("With --dev, on first start: the account id.", valueName: "12 digits"))
  var account: String?

  @Option(
    name: .long,
    help: ArgumentHelp(
      "With --dev: have the accounts and keys of this file. docs/seed-file.md describes it.",
      valueName: "file"))
  var seed: String?

  @Option(
    name: .long,
    help: ArgumentHelp(
      "How much is logged: trace, debug, info, notice, warning, error, critical.", valueName: "level"))
  var logLevel: String?

  func configuration() throws -> Configuration {
    let named = [
      ("--listen", "listen", listen), ("--listen-tls", "listen-tls", listenTls),
      ("--listen-kmip", "listen-kmip", listenKmip),
      ("--region", "region", region),
      ("--account", "account", account), ("--seed", "seed", seed), ("--log-level", "log-level", logLevel),
    ]
    let flags = named.compactMap { flag, path, text in
      text.map { ConfigurationSources.Flag(flag, for: path, $0) }
    }
    return try Startup.configuration(file: place.config, flags: place.flags + flags, isDevelopment: dev)
  }
}
