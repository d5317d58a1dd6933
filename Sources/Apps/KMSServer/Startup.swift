import CustodySoftware
import Foundation
import KMSDomain
import KMSSystem

/// What the command line asks of this module, and the only place that reads the environment.
package enum Startup {
  private static var environment: [String: String] { ProcessInfo.processInfo.environment }

  /// Reads and judges the configuration.
  /// - Parameter file: nil: the one that `CLAVIGER_CONFIG` names, or none.
  /// - Throws: `ConfigurationProblems`, `Problem`.
  package static func configuration(
    file: String?, flags: [ConfigurationSources.Flag], isDevelopment: Bool
  ) throws -> Configuration {
    try sources(file, flags, isDevelopment: isDevelopment).resolve()
  }

  /// The configuration for a directory that exists, in whichever mode it was made.
  package static func configurationOfDirectory(
    file: String?, flags: [ConfigurationSources.Flag]
  ) throws -> Configuration {
    let directory = try dataDirectory(file: file, flags: flags)
    let isDevelopment = try directory.state() == .made(.development)
    return try configuration(file: file, flags: flags, isDevelopment: isDevelopment)
  }

  /// The data directory that file, environment and flags name together.
  package static func dataDirectory(
    file: String?, flags: [ConfigurationSources.Flag]
  ) throws -> DataDirectory {
    guard let path = try sources(file, flags, isDevelopment: false).dataDirectory(), !path.isEmpty else {
      throw noDataDirectory
    }
    return DataDirectory(path)
  }

  static func dataDirectory(of configuration: Configuration) throws -> DataDirectory {
    guard let path = configuration.dataDirectory else { throw noDataDirectory }
    return DataDirectory(path)
  }

  private static let noDataDirectory = Problem(
    "no data directory is named", remedy: "pass --data-dir DIR, or set data-dir in the configuration file")

  private static func sources(
    _ file: String?, _ flags: [ConfigurationSources.Flag], isDevelopment: Bool
  ) throws -> ConfigurationSources {
    var sources = ConfigurationSources(environment: environment, flags: flags, isDevelopment: isDevelopment)
    if let path = file ?? environment["CLAVIGER_CONFIG"] {
      guard let data = FileManager.default.contents(atPath: path) else {
        throw Problem("cannot read the configuration file \(path)", remedy: "check its path and rights")
      }
      guard data.count <= ConfigurationFile.limit, let text = String(data: data, encoding: .utf8) else {
        throw Problem(
          "\(path) is no configuration file", remedy: "it must be YAML in UTF-8 of at most 1 MiB")
      }
      sources.file = (text, path)
    }
    return sources
  }

  /// Starts the program again without crash reports, closes the process to others and prepares libcrypto. The first
  /// thing that a command does that will hold keys.
  package static func restartHardened() throws {
    try SelfRestart.once(arguments: CommandLine.arguments, environment: environment)
    try ProcessHardening.apply()
    ResourceLimits.raise()
    ThisProcess.keepNewFilesPrivate()
    guard OpenSSL.start() else {
      throw Problem("libcrypto cannot be used", remedy: "install OpenSSL 3.0 or later (Debian: libssl3)")
    }
  }

  /// Makes a data directory and prints what to paste.
  /// - Parameters:
  ///   - recovery: how many recovery shares are needed, and how many are made; nil for none.
  ///   - other: the path of the seal file of another server, whose backups of keys and secrets are to open on this one too.
  package static func initialise(
    _ given: Configuration, recovery: (needed: Int, shares: Int)? = nil, backupsOf other: String? = nil
  ) async throws {
    let recovery = try recovery.map { try RecoveryNumbers.parameters($0) }
    let directory = try dataDirectory(of: given)
    guard try directory.mustBeMade(as: mode(given)) else {
      throw Problem("\(directory.path) is initialised already", remedy: "start it with claviger serve")
    }
    let (configuration, seed) = try seeded(given, owner: nil)
    _ = try await make(directory, configuration, seed, recovery: recovery, other: other.map(sealFile))
    Output.line("initialised \(directory.path): start it with claviger serve")
  }

  /// Runs the server until it is told to stop.
  /// - Parameter accepted: an older seal file that is taken all the same.
  package static func serve(_ given: Configuration, accepting accepted: AcceptedSeal? = nil) async throws {
    let directory = try dataDirectory(of: given)
    let isNew = try directory.mustBeMade(as: mode(given))
    try await Ports.requireFree(given)
    let (configuration, seed) = try seeded(given, owner: isNew ? nil : Owner(reading: directory).account)
    let lock = try isNew ? await make(directory, configuration, seed) : hold(directory)
    do {
      try await Server.run(
        configuration, directory, lock: lock, isNew: isNew, variables: secretVariables, seed: seed,
        accepting: accepted)
    } catch let error as KMSError {
      throw explained(error)
    }
  }

  /// Reads the files that a configuration names and that can be judged without a data directory.
  package static func check(_ configuration: Configuration) throws {
    _ = try seeded(configuration, owner: nil)
  }

  /// What the seed file asks for, and the configuration with the account that follows from it.
  /// - Parameter owner: the account of a directory that is there.
  private static func seeded(_ given: Configuration, owner: AccountID?) throws -> (Configuration, Seed?) {
    guard let path = given.seed else { return (given, nil) }
    let account = try owner ?? given.account ?? SeedDefaults.fixedAccount()
    let seed = try SeedFile.read(path, SeedDefaults(account: account, region: given.region))
    var configuration = given
    configuration.account = given.account ?? seed.accounts.first?.id ?? account
    return (configuration, seed)
  }

  private static func mode(_ configuration: Configuration) -> DataDirectory.Mode {
    DataDirectory.Mode(isDevelopment: configuration.isDevelopment)
  }

  private static func make(
    _ directory: DataDirectory, _ configuration: Configuration, _ seed: Seed?,
    recovery: SharedParameters? = nil, other: SealFile? = nil
  ) async throws -> DirectoryLock {
    try makeFolder(directory)
    let lock = try hold(directory)
    // Somebody may have made it while the lock was another's.
    guard try directory.mustBeMade(as: mode(configuration)) else {
      throw Problem("\(directory.path) was made by somebody else just now", remedy: "try again")
    }
    try secretVariables.pin.demand(for: configuration.seal.token)
    let start = FirstStart(
      directory: directory, configuration: configuration,
      fixed: try Credentials(environment, isDevelopment: configuration.isDevelopment)
        ?? seed?.credentials(of: configuration.account),
      seal: Seals.make(
        configuration.seal, directory, variables: secretVariables, typed: try .new(for: configuration.seal)),
      recovery: recovery, other: other)
    try await start.run()
    return lock
  }

  private static func sealFile(_ path: String) throws -> SealFile {
    do {
      return try SealFile(at: path)
    } catch is SealError {
      throw Problem("\(path) is no seal file", remedy: "name a copy of the file seal of the other server")
    }
  }

  /// An empty folder that somebody made for the server is taken over: there is nothing in it yet that others could have read.
  private static func makeFolder(_ directory: DataDirectory) throws {
    if let status = try FileStatus.of(directory.path), status.kind == .folder, status.isOpenToOthers,
      status.owner == ThisProcess.effectiveUserID
    {
      try FileManager.default.setAttributes([.posixPermissions: 0o700], ofItemAtPath: directory.path)
    }
    try Directory.makePrivate(directory.path)
  }

  static func hold(_ directory: DataDirectory) throws -> DirectoryLock {
    do throws(SystemError) {
      return try DirectoryLock(directory.path)
    } catch {
      guard error.isHeldElsewhere else { throw error }
      throw Problem(
        "another claviger is using \(directory.path)", remedy: "stop it, or choose another data directory")
    }
  }

  /// The environment's variables, each read when its value is asked for.
  static let secretVariables = SecretVariables { environment[$0] }

  /// An error of starting, in one line.
  static func describe(_ error: any Error) -> String {
    guard let error = error as? KMSError else { return "\(error)" }
    return explained(error).description
  }

  private static func explained(_ error: KMSError) -> Problem {
    guard case .corrupt(let what) = error else {
      return Problem("starting failed (\(error.code))", remedy: "see the log above, then run claviger doctor")
    }
    return Problem(
      "a stored record failed its authentication (\(what.rawValue))",
      remedy: "restore the data directory from a backup")
  }
}
