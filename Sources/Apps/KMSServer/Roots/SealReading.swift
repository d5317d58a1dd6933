import CustodySoftware
import KMSDomain
import KMSSystem
import Logging

extension SealFile {
  /// Longest seal file, in bytes.
  private static let limit = 64 << 10

  /// - Throws: `Problem` where there is none, `SystemError`, `SealError`.
  init(in directory: DataDirectory) throws {
    guard try FileStatus.of(directory.seal) != nil else {
      throw Problem(
        "\(directory.seal) is missing, and without it no key opens", remedy: "restore it from a backup")
    }
    try self.init(at: directory.seal)
  }

  /// - Throws: `SystemError`, `SealError`.
  init(at path: String) throws {
    try self.init(try PrivateFile.read(path, limit: SealFile.limit))
  }
}

extension Server {
  /// Opens the seal, and waits for it where it needs people, or another machine that can't be reached.
  /// - Returns: the seal, and whether it had to be waited for; nil when the server was told to stop before.
  static func unsealed(
    _ configuration: Configuration, _ directory: DataDirectory, variables: SecretVariables,
    accepting accepted: AcceptedSeal?, logger: Logger
  ) async throws -> (seal: OpenSeal, waited: Bool)? {
    let file = try SealFile(in: directory)
    try await SealHistory.requireTaken(file, directory, accepting: accepted)
    let attempt = SealAttempt(
      configuration: configuration, directory: directory, variables: variables)
    switch await attempt.open(file) {
    case .success(let opened): return (opened, false)
    case .failure(let error):
      guard error.canBeWaitedFor else { throw error }
      let sealed = try SealedServer(
        configuration, directory, file, by: attempt, reason: error, logger: logger)
      guard let opened = try await sealed.run() else { return nil }
      logger.notice("the seal is open")
      return (opened, true)
    }
  }
}
