import AdminAPI
import CustodySoftware
import DoorAWS
import DoorAdmin
import DoorAzure
import Foundation
import Hummingbird
import KMSDomain
import KMSSystem
import Logging
import NIOCore
import NIOPosix
import NIOSSL
import NetKit
import ServiceLifecycle
import Synchronization
import UnixSignals

/// A server whose seal doesn't open by itself: it listens, says that it is sealed, and takes what opens it at the owner's
/// socket. It holds neither keys nor the database.
struct SealedServer: Sendable {
  private let configuration: Configuration
  private let directory: DataDirectory
  private let logger: Logger
  private let opener: SealOpener
  private let shutdown = Shutdown()
  private let group: MultiThreadedEventLoopGroup

  /// How often another service is asked again.
  private static let interval = Duration.seconds(3)

  init(
    _ configuration: Configuration, _ directory: DataDirectory, _ file: SealFile, by attempt: SealAttempt,
    reason: SealError, logger: Logger
  ) throws {
    self.configuration = configuration
    self.directory = directory
    self.logger = logger
    let shutdown = self.shutdown
    opener = try SealOpener(
      file, by: attempt, reason: reason, clock: ElapsedTime(),
      onOpen: { await shutdown.trigger() })
    group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
  }

  /// Returns when the seal is open, or when the server was told to stop.
  /// - Returns: nil in the second case.
  func run() async throws -> OpenSeal? {
    await opener.askAtTerminal()
    do {
      if opener.opened == nil { try await serve() }
    } catch {
      try? await group.shutdownGracefully()
      throw error
    }
    try? await group.shutdownGracefully()
    return opener.opened
  }

  private func serve() async throws {
    logger.notice("sealed", metadata: ["cause": "\(opener.status().reason ?? "")"])
    var expected: Set<OpenDoors.Kind> = [.admin]
    if configuration.listen != nil { expected.insert(.http) }
    if configuration.listenTLS != nil { expected.insert(.https) }
    let doors = OpenDoors(expecting: expected) { announce($0) }
    let opener = self.opener
    let retry = PeriodicJob(name: "seal", interval: SealedServer.interval, logger: logger) {
      await opener.tick()
    }
    var settings = ServiceGroupConfiguration(
      services: [retry] + (try listeners(doors)), gracefulShutdownSignals: [.sigterm, .sigint],
      logger: logger)
    settings.maximumGracefulShutdownDuration = configuration.limits.drainTimeout
    let services = ServiceGroup(configuration: settings)
    shutdown.of(services)
    try await services.run()
  }

  /// One line for programs.
  private func announce(_ doors: OpenDoors) {
    var words = ["sealed"]
    if let url = doors.url(.http, configuration.listen) { words.append("http=\(url)") }
    if let url = doors.url(.https, configuration.listenTLS) { words.append("https=\(url)") }
    words.append("data-dir=\(directory.path)")
    Output.line(words.joined(separator: " "))
  }

  /// Connections are told of the end by the answer to their request; none is kept.
  private func listeners(_ doors: OpenDoors) throws -> [any Service] {
    var quiet = logger
    if quiet.logLevel > .debug { quiet.logLevel = .critical }
    let admin = try HTTPListener(
      .unixDomainSocket(path: directory.adminSocket), tls: nil, lane: NoFastLane(),
      responder: SealedAdminDoor(opener), limits: HTTPLimits(), group: group, logger: quiet,
      onListening: { _ in doors.opened(.admin, port: 0) })
    var services: [any Service] = [
      ListenerService(name: directory.adminSocket, option: "--data-dir") { try await admin.run() }
    ]
    if let endpoint = configuration.listen {
      services.append(try listener(.http, endpoint, nil, quiet, doors))
    }
    if let endpoint = configuration.listenTLS {
      let certificate =
        try configuration.certificate.map { try ServerCertificate($0) }
        ?? ServerCertificate(
          privateIn: directory, now: SystemTime().now(), domain: configuration.azure.domain)
      services.append(try listener(.https, endpoint, try certificate.tls(), quiet, doors))
    }
    return services
  }

  private func listener(
    _ kind: OpenDoors.Kind, _ endpoint: Endpoint, _ tls: TLSConfiguration?, _ logger: Logger,
    _ doors: OpenDoors
  ) throws -> any Service {
    let listener = try HTTPListener(
      .hostname(endpoint.host, port: endpoint.port), tls: tls, lane: NoFastLane(),
      responder: HealthResponder(
        isSealed: true, otherwise: SealedResponder(AzureSealedAnswer(domain: configuration.azure.domain))),
      limits: HTTPLimits(), group: group, logger: logger,
      onListening: { port in doors.opened(kind, port: port) })
    return ListenerService(name: endpoint.authority, option: kind == .http ? "--listen" : "--listen-tls") {
      try await listener.run()
    }
  }
}

/// Ends the services once somebody says so, whichever is first.
private final class Shutdown: Sendable {
  private let services = Mutex<ServiceGroup?>(nil)

  func of(_ group: ServiceGroup) { services.withLock { $0 = group } }

  func trigger() async { await services.withLock { $0 }?.triggerGracefulShutdown() }
}

/// Says in each door's own words that nothing is served.
private struct SealedResponder: HTTPResponder {
  typealias Context = WireConnection

  private let azure: AzureSealedAnswer

  init(_ azure: AzureSealedAnswer) { self.azure = azure }

  func respond(to request: Request, context: WireConnection) async throws -> Response {
    var answer: WireResponse
    if azure.takes(host: request.head.authority) {
      answer = azure.answer
    } else {
      var random = SystemRandomNumberGenerator()
      answer = AWSSealedAnswer.make(RequestID(Bits128(high: random.next(), low: random.next())))
    }
    answer.add("connection", "close")
    return Response(answer)
  }
}
