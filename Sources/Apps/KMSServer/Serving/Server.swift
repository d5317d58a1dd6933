import Foundation
import KMSEngine
import KMSSystem
import Logging
import NIOCore
import NIOPosix
import ServiceLifecycle
import StoreSQLite
import UnixSignals

/// A server from its first open file to its last: opens the house, puts the doors on it, runs it until it is told to stop.
struct Server: Sendable {
  let house: House
  let group: MultiThreadedEventLoopGroup
  let certificate: ServerCertificate?
  let started = SystemTime().now()
  let isNew: Bool

  var configuration: Configuration { house.configuration }
  var directory: DataDirectory { house.directory }

  /// Returns after a graceful stop.
  static func run(
    _ configuration: Configuration, _ directory: DataDirectory, lock: DirectoryLock, isNew: Bool,
    variables: SecretVariables, seed: Seed?, accepting accepted: AcceptedSeal?
  ) async throws {
    let logger = Log.make(configuration.logLevel)
    guard
      let opened = try await unsealed(
        configuration, directory, variables: variables, accepting: accepted, logger: logger)
    else { return }
    let house = try await House.open(
      directory, configuration, seal: opened.seal, accepting: accepted, logger: logger)
    do {
      if opened.waited { try await house.engine.recordUnsealing(house.roots.source.kind) }
      if let seed { try await Planting(house, seed).run() }
      if configuration.isDevelopment, configuration.listenKMIP != nil {
        try await DevelopmentClient(house).prepare()
      }
      if configuration.isDevelopment, configuration.listenTLS != nil {
        try await DevelopmentVault(house).prepare()
      }
    } catch {
      await house.store.close()
      throw error
    }
    let server = try Server(house, isNew: isNew)
    do {
      try await server.serve()
    } catch {
      await server.close()
      throw error
    }
    await server.close()
    withExtendedLifetime(lock) {}
  }

  private init(_ house: House, isNew: Bool) throws {
    self.house = house
    self.isNew = isNew
    let configuration = house.configuration
    group = MultiThreadedEventLoopGroup(
      numberOfThreads: configuration.threads == 0 ? ThisProcess.usableProcessors : configuration.threads)
    certificate =
      try configuration.listenTLS == nil && configuration.listenKMIP == nil
      ? nil
      : configuration.certificate.map { try ServerCertificate($0) }
        ?? ServerCertificate(
          privateIn: house.directory, now: SystemTime().now(), domain: configuration.azure.domain)
  }

  private func serve() async throws {
    let doors = OpenDoors(expecting: expectedDoors) { announce($0) }
    var settings = ServiceGroupConfiguration(
      services: jobs + (try listeners(doors)), gracefulShutdownSignals: [.sigterm, .sigint],
      logger: house.logger)
    settings.maximumGracefulShutdownDuration = configuration.limits.drainTimeout
    try await ServiceGroup(configuration: settings).run()
  }

  private var expectedDoors: Set<OpenDoors.Kind> {
    var kinds: Set<OpenDoors.Kind> = [.admin]
    if configuration.listen != nil { kinds.insert(.http) }
    if configuration.listenTLS != nil { kinds.insert(.https) }
    if configuration.listenKMIP != nil { kinds.insert(.kmip) }
    return kinds
  }

  /// What is left when no request is under way any more. Failures are logged: the outbox and the log's own files are made
  /// to be opened again after worse.
  private func close() async {
    unlink(directory.devEndpoints)
    do {
      try await house.engine.recordSuppressedRejections()
      try await UseJob(house.engine).runOnce()
      try await house.checkpoint()
    } catch {
      house.logger.error("the last checkpoint was not written", metadata: ["cause": "\(error)"])
    }
    await house.store.close()
    try? await group.shutdownGracefully()
  }

  private func unlink(_ path: String) { try? FileManager.default.removeItem(atPath: path) }
}
