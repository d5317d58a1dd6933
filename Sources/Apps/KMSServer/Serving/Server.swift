import AdminAPI
import DoorAWS
import DoorAdmin
import DoorAzure
import DoorKMIP
import Foundation
import Hummingbird
import HummingbirdCore
import KMSDomain
import KMSEngine
import KMSSystem
import Logging
import NIOCore
import NIOPosix
import NIOSSL
import NetKit
import ServiceLifecycle
import StoreSQLite
import UnixSignals

/// A server from its first open file to its last: opens the house, puts the doors on it, runs it until it is told to stop.
struct Server: Sendable {
  private let house: House
  private let group: MultiThreadedEventLoopGroup
  private let certificate: ServerCertificate?
  private let started = SystemTime().now()
  private let isNew: Bool

  private var configuration: Configuration { house.configuration }
  private var directory: DataDirectory { house.directory }

  /// Returns after a graceful stop.
  static func run(
    _ configuration: Configuration, _ directory: DataDirectory, lock: DirectoryLock, isNew: Bool,
    variables: SecretVariables, seed: Seed?
  ) async throws {
    let logger = Log.make(configuration.logLevel)
    guard
      let opened = try await unsealed(configuration, directory, variables: variables, logger: logger)
    else { return }
    let house = try await House.open(
      directory, configuration, seal: opened.seal, logger: logger)
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

// MARK: - Listeners

extension Server {
  private func listeners(_ doors: OpenDoors) throws -> [any Service] {
    var services: [any Service] = [try adminListener(doors)]
    let door = AWSDoor(
      engine: house.engine, identity: house.identity, webIdentity: house.webIdentity,
      requestIDs: house.requestIDs, limits: limits)
    if let endpoint = configuration.listenTLS, let certificate {
      services.append(try httpsListener(endpoint, try certificate.tls(), door, doors))
    }
    if let endpoint = configuration.listen {
      services.append(
        try listener(
          .http, endpoint, nil, door,
          withAuthority(AWSResponder(door, isEncrypted: false), isEncrypted: false), doors))
    }
    if let endpoint = configuration.listenKMIP, let certificate {
      services.append(try kmipListener(endpoint, try certificate.tls(), doors))
    }
    return services
  }

  private func kmipListener(
    _ endpoint: Endpoint, _ tls: TLSConfiguration, _ doors: OpenDoors
  ) throws -> ListenerService {
    let listener = try MessageListener(
      host: endpoint.host, port: endpoint.port, tls: tls,
      service: KMIPService(house.kmip, certificates: house.certificates),
      gate: KMIPGate(house.engine, certificates: house.certificates, requestIDs: house.requestIDs),
      limits: house.messageLimits, connections: house.messages, group: group,
      onListening: { port in doors.opened(.kmip, port: port) })
    let doWithoutIt: @Sendable (String) -> Void = { doWithoutKMIP(doors, because: $0) }
    return ListenerService(
      name: endpoint.authority, option: "--listen-kmip",
      giveUp: configuration.isKMIPDemanded ? nil : doWithoutIt
    ) { try await listener.run() }
  }

  /// Nobody asked for it there.
  private func doWithoutKMIP(_ doors: OpenDoors, because reason: String) {
    house.logger.warning("no KMIP", metadata: ["cause": "\(reason)"])
    doors.gaveUp(.kmip, because: reason)
  }

  private var limits: HTTPLimits {
    var limits = HTTPLimits()
    limits.body = configuration.limits.requestBody
    limits.headerBytes = configuration.limits.headerSize
    limits.connections = configuration.limits.connections
    limits.idleTimeout = TimeAmount(configuration.limits.idleTimeout)
    return limits
  }

  /// Where KMIP is spoken, it is over HTTPS too.
  private func httpsListener(
    _ endpoint: Endpoint, _ tls: TLSConfiguration, _ door: AWSDoor, _ doors: OpenDoors
  ) throws -> ListenerService {
    let responder = VaultResponder(
      house.azure.vaults,
      otherwise: withAuthority(AWSResponder(door, isEncrypted: true), isEncrypted: true), limits: limits,
      isEncrypted: true)
    guard configuration.listenKMIP != nil else {
      return try listener(
        .https, endpoint, tls, VaultLane(house.azure.vaults, otherwise: door), responder, doors)
    }
    let web = KMIPWeb(house.kmip)
    return try listener(
      .https, endpoint, tls, VaultLane(house.azure.vaults, otherwise: PathLane(web, otherwise: door)),
      PathResponder(web, otherwise: responder, limits: limits, isEncrypted: true), doors)
  }

  /// The authority from which Azure's clients get tokens is behind a name of its own.
  private func withAuthority<Other: HTTPResponder>(
    _ other: Other, isEncrypted: Bool
  ) -> AuthorityResponder<Other> where Other.Context == WireConnection {
    AuthorityResponder(house.azure.authority, otherwise: other, limits: limits, isEncrypted: isEncrypted)
  }

  private func listener<Responder: HTTPResponder>(
    _ kind: OpenDoors.Kind, _ endpoint: Endpoint, _ tls: TLSConfiguration?, _ lane: any FastLane,
    _ responder: Responder, _ doors: OpenDoors
  ) throws -> ListenerService where Responder.Context == WireConnection {
    let listener = try HTTPListener(
      .hostname(endpoint.host, port: endpoint.port), tls: tls, lane: lane,
      responder: HealthResponder(
        missing: { [token = house.token] in token?.fault == nil ? nil : "token" }, otherwise: responder),
      limits: limits, group: group, logger: listenerLogger,
      onListening: { port in doors.opened(kind, port: port) })
    return ListenerService(name: endpoint.authority, option: kind == .http ? "--listen" : "--listen-tls") {
      try await listener.run()
    }
  }

  /// For what Hummingbird says of its listeners. It calls it an error when one of them stops because another couldn't
  /// start; what matters of that is thrown. Whoever wants to follow it asks for debug.
  private var listenerLogger: Logger {
    var logger = house.logger
    if logger.logLevel > .debug { logger.logLevel = .critical }
    return logger
  }

  private func adminListener(_ doors: OpenDoors) throws -> ListenerService {
    let listener = try HTTPListener(
      .unixDomainSocket(path: directory.adminSocket), tls: nil, lane: NoFastLane(),
      responder: AdminDoor(adminDesk(doors)), limits: limits, group: group, logger: listenerLogger,
      onListening: { _ in doors.opened(.admin, port: 0) })
    return ListenerService(name: directory.adminSocket, option: "--data-dir") { try await listener.run() }
  }

  private func adminDesk(_ doors: OpenDoors) -> AdminDesk {
    let me = Caller(
      account: nil, principal: "owner", principalID: "uid:\(ThisProcess.effectiveUserID)", userName: nil,
      isRoot: false, credential: "unix", policies: [], isSystem: true)
    return AdminDesk(
      engine: house.engine, epochs: house.custody, owner: me, requestIDs: house.requestIDs,
      status: ServerStatus(house: house, doors: doors, started: started), words: AWSPolicyWords(),
      clients: ClientAuthority(directory, clock: house.movableClock ?? SystemTime()),
      seals: SealAdministrator(house, variables: Startup.secretVariables),
      kmip: { doors.url(.kmip, configuration.listenKMIP) },
      serverAuthority: certificate?.authorityPath.map { directory.absolute($0) },
      account: house.owner.account, connection: { connection(doors) },
      azureDomain: configuration.azure.domain, adoption: { Adoption.work($0, as: $1, in: $2) },
      development: house.movableClock.map { development($0) })
  }

  private func connection(_ doors: OpenDoors) -> ClientConnection {
    ClientConnection(
      endpoint: doors.url(.http, configuration.listen),
      tlsEndpoint: doors.url(.https, configuration.listenTLS),
      authorityFile: certificate?.authorityPath.map { directory.absolute($0) }, region: configuration.region)
  }

  private func development(_ clock: AdjustableClock) -> AdminDesk.Development {
    let deletion = DeletionJob(house.engine)
    let rotation = RotationJob(house.engine)
    let expiry = ExpiryJob(house.engine)
    let transition = TransitionJob(house.engine)
    let renewal = RenewalJob(house.engine, by: Renewals(desk: house.engine.desk).work)
    let removal = RemovalJob(house.engine, house.custody)
    return AdminDesk.Development(
      clock: clock, vault: house.custody, principal: house.owner.principal,
      newAccessKey: {
        var random = SystemRandomNumberGenerator()
        return IssuedAccessKey(
          accessKeyID: AccessKeyText.accessKeyID(using: &random),
          secretAccessKey: AccessKeyText.secret(using: &random))
      },
      catchUp: { () async throws(KMSError) -> AdminDesk.CaughtUp in
        // First, as only what is written down as active is renewed.
        _ = try await transition.runOnce()
        let done = AdminDesk.CaughtUp(
          destroyedKeys: try await deletion.runOnce(),
          rotatedKeys: try await rotation.runOnce() + (try await renewal.runOnce()),
          expiredKeys: try await expiry.runOnce())
        // A token that is away is no reason to say that the clock wasn't moved.
        _ = try? await removal.runOnce()
        return done
      })
  }
}

/// A listener whose failure to listen is told in words.
struct ListenerService: Service {
  let name: String
  let option: String
  /// Gets the reason where the server goes on without; nil where it must not.
  var giveUp: (@Sendable (String) -> Void)?
  let listen: @Sendable () async throws -> Void

  init(
    name: String, option: String, giveUp: (@Sendable (String) -> Void)? = nil,
    _ listen: @escaping @Sendable () async throws -> Void
  ) {
    self.name = name
    self.option = option
    self.giveUp = giveUp
    self.listen = listen
  }

  func run() async throws {
    do {
      try await listen()
    } catch let error as IOError {
      let problem = Ports.problem(name, SystemError.reason(error.errnoCode), option)
      guard let giveUp else { throw problem }
      giveUp(problem.what)
      // A service that ends by itself would end the others.
      try? await gracefulShutdown()
    }
  }
}

// MARK: - Ready

extension Server {
  /// Tells whoever started the server, once: one line for programs, and on a development server's first start what to
  /// paste.
  private func announce(_ doors: OpenDoors) {
    let http = doors.url(.http, configuration.listen)
    let https = doors.url(.https, configuration.listenTLS)
    var words = ["ready"]
    if let http { words.append("http=\(http)") }
    if let https { words.append("https=\(https)") }
    if let kmip = doors.url(.kmip, configuration.listenKMIP) { words.append("kmip=\(kmip)") }
    words.append("data-dir=\(directory.path)")
    let first = configuration.isDevelopment ? developmentLines(doors) : nil
    Output.line(words.joined(separator: " "))
    if let first { Output.write(first) }
    house.logger.info("ready", metadata: ["version": "\(Version.text)"])
  }

  /// Leaves the endpoints for `claviger env`.
  private func developmentLines(_ doors: OpenDoors) -> String? {
    do {
      let credentials = try KeyValueFile(reading: directory.devCredentials)
      let exports = Exports(
        endpoint: doors.url(.http, configuration.listen),
        tlsEndpoint: doors.url(.https, configuration.listenTLS),
        kmip: try kmip(doors),
        authorityFile: certificate?.authorityPath.map { directory.absolute($0) },
        accessKeyID: credentials["access-key-id"] ?? "",
        secretAccessKey: credentials["secret-access-key"] ?? "",
        region: configuration.region, account: house.owner.account.text)
      try exports.writeEndpoints(to: directory, azureDomain: configuration.azure.domain)
      return isNew ? exports.paste : nil
    } catch {
      house.logger.error("claviger env will not work", metadata: ["cause": "\(error)"])
      return nil
    }
  }

  private func kmip(_ doors: OpenDoors) throws -> Exports.KMIP? {
    guard let endpoint = doors.url(.kmip, configuration.listenKMIP) else { return nil }
    let authority = try certificate?.authorityPath.map {
      String(decoding: try PrivateFile.read($0, limit: 64 << 10), as: UTF8.self)
    }
    let address = ServerAddress(endpoint, host: nil)
    let files = ClientFiles(in: directory.devKMIP)
    try files.write(authority: authority, server: address)
    return Exports.KMIP(server: address, files: files)
  }
}

// MARK: - Background jobs

extension Server {
  private var jobs: [any Service] {
    let house = self.house
    let deletion = DeletionJob(house.engine)
    let rotation = RotationJob(house.engine)
    let expiry = ExpiryJob(house.engine)
    let transition = TransitionJob(house.engine)
    let renewal = RenewalJob(house.engine, by: Renewals(desk: house.engine.desk).work)
    let removal = RemovalJob(house.engine, house.custody)
    return [
      job("deletion", every: .seconds(10)) { _ = try await deletion.runOnce() },
      job("token", every: .seconds(3)) { house.token?.look(house.logger) },
      job("removal", every: .seconds(10)) { _ = try await removal.runOnce() },
      job("rotation", every: .seconds(10)) { _ = try await rotation.runOnce() },
      job("expiry", every: .seconds(10)) { _ = try await expiry.runOnce() },
      job("transition", every: .seconds(10)) { _ = try await transition.runOnce() },
      job("renewal", every: .seconds(10)) { _ = try await renewal.runOnce() },
      job("uses", every: .seconds(10)) { try await UseJob(house.engine).runOnce() },
      job("checkpoint", every: configuration.audit.checkpointInterval) { try await house.checkpoint() },
      job("epoch", every: .seconds(10)) { try await house.renewEpoch() },
      job("erasure", every: .seconds(5)) { try await house.erase() },
      job("token keys", every: .seconds(600)) { try await house.azure.tokens.renew() },
      job("rejections", every: .seconds(5)) { try await house.engine.recordSuppressedRejections() },
      job("quotas", every: .seconds(10)) {
        house.engine.meter?.forgetFull()
        house.engine.vaultMeter?.forgetFull()
      },
    ]
  }

  private func job(
    _ name: String, every interval: Duration, _ work: @escaping @Sendable () async throws -> Void
  ) -> PeriodicJob {
    PeriodicJob(name: name, interval: interval, logger: house.logger, work: work)
  }
}
