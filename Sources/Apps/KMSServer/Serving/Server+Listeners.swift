import DoorAWS
import DoorAdmin
import DoorAzure
import DoorKMIP
import Hummingbird
import HummingbirdCore
import Logging
import NIOCore
import NIOSSL
import NetKit
import ServiceLifecycle

// Where the server listens, and what answers there.
extension Server {
  func listeners(_ doors: OpenDoors) throws -> [any Service] {
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
    limits.bodyBudget = house.bodies
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
}
