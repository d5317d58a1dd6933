import CustodySoftware
import DoorAWS
import DoorKMIP
import Foundation
import KMSAttestation
import KMSAudit
import KMSDomain
import KMSEngine
import KMSIdentity
import KMSSystem
import KMSTokens
import Logging
import NIOCore
import NetKit
import StoreSQLite

/// Everything that is open while a server runs, below its doors.
struct House: Sendable {
  let directory: DataDirectory
  let configuration: Configuration
  let owner: Owner
  let store: SQLiteStore
  let custody: SoftwareCustody
  let token: HardwareToken?
  let roots: RootDesk
  let audit: MerkleAuditLog
  let engine: Engine
  let identity: AccessKeyAuthenticator
  let certificates: CertificateAuthenticator
  let applications: KnownApplications
  let azure: AzureIdentity
  let kmip: KMIPDoor
  let messageLimits: MessageLimits
  /// Live connections of KMIP clients.
  let messages: MessageConnections
  /// What long requests over HTTP hold.
  let bodies = BodyBudget()
  let webIdentity: WebIdentityAuthenticator
  let requestIDs: RequestIDs
  /// nil in production.
  let movableClock: AdjustableClock?
  let logger: Logger
}

extension House {
  /// Opens seal, store and log, and writes into the log what an earlier server could only put into the store.
  /// - Throws: `Problem`, `SealError`, `StoreOpenError`, `SystemError`, `KMSError`.
  static func open(
    _ directory: DataDirectory, _ configuration: Configuration, variables: SecretVariables, logger: Logger
  ) async throws -> House {
    try await open(directory, configuration, logger: logger) { store in
      let seal = Seals.make(configuration.seal, directory, variables: variables)
      return try open(SealFile(in: directory), by: seal, directory, store)
    }
  }

  /// The same with a seal that is open already.
  static func open(
    _ directory: DataDirectory, _ configuration: Configuration, seal: OpenSeal,
    accepting accepted: AcceptedSeal? = nil, logger: Logger
  ) async throws -> House {
    try await open(directory, configuration, accepting: accepted, logger: logger) { _ in seal }
  }

  private static func open(
    _ directory: DataDirectory, _ configuration: Configuration, accepting accepted: AcceptedSeal? = nil,
    logger: Logger, seal: (SQLiteStore) throws -> OpenSeal
  ) async throws -> House {
    let store = try SQLiteStore.open(
      path: directory.database,
      onFault: { logger.error("store fault", metadata: ["cause": "\($0)"]) })
    do {
      return try await open(
        store, directory, configuration, seal: seal(store), accepting: accepted, logger: logger)
    } catch {
      await store.close()
      throw error
    }
  }

  private static func open(
    _ store: SQLiteStore, _ directory: DataDirectory, _ configuration: Configuration, seal: OpenSeal,
    accepting accepted: AcceptedSeal?, logger: Logger
  ) async throws -> House {
    let faults = LoggedFaults(logger: logger)
    let token = try HardwareToken.find(configuration, variables: Startup.secretVariables)
    if let fault = token?.fault { logger.warning("the token is away", metadata: ["cause": "\(fault)"]) }
    let custody = try await openCustody(
      seal, directory, store, accepting: accepted,
      rsaKeyPairs: configuration.caches.rsaKeyPairs,
      erasure: try await SealDomain(configuration, directory).openOrMake(for: store, now: SystemTime().now()),
      legacy: configuration.legacy ?? (configuration.isDevelopment ? .all : .none),
      elsewhere: token?.keys(configuration.keyPlace, faults, book: book(store, directory)) ?? .none)
    let movable =
      configuration.isDevelopment
      ? try AdjustableClock(over: SystemTime(), keptIn: directory.devClock) : nil
    let clock: any TimeSource = movable ?? SystemTime()
    let audit = try await openAudit(
      directory, configuration.audit, custody, store, clock: clock, faults: faults)
    let messageLimits = configuration.messageLimits
    let messages = MessageConnections(messageLimits)
    let issuers = try tokens(configuration, faults)
    let callers = Callers(
      configuration, store, custody, clock: clock, issuers: issuers, messages: messages)
    let notices = KMIPNotices()
    let desk = Desk(
      store: store, custody: custody, authenticator: custody, audit: audit, vocabulary: AWSVocabulary(),
      clock: clock, randomness: custody, faults: faults, slowLane: configuration.slowWork.lane(audit),
      cachedKeys: configuration.caches.keys, cachedLiveKeys: configuration.caches.liveKeys,
      vault: custody,
      identities: IdentityMemories(callers.accessKeys, callers.certificates, callers.applications),
      attestation: try attestation(configuration), notes: KMIPNotesReader(), listener: notices,
      keysPerRegion: configuration.keysPerRegion)
    let engine = Engine(
      desk, rejectionsPerSecond: configuration.limits.rejectionsPerSecond, meter: configuration.meter,
      vaultMeter: configuration.vaultMeter)
    let requestIDs = RequestIDs(custody)
    let house = House(
      directory: directory, configuration: configuration, owner: try Owner(reading: directory), store: store,
      custody: custody, token: token,
      roots: RootDesk(custody, path: directory.seal, source: configuration.seal, faults: faults),
      audit: audit,
      engine: engine, identity: callers.accessKeys, certificates: callers.certificates,
      applications: callers.applications,
      azure: AzureIdentity(
        engine, callers.applications, configuration, directory, custody: custody, clock: clock,
        issuers: issuers,
        authorities: try authorities(configuration, faults),
        requestIDs: requestIDs, faults: faults,
        machine: {
          configuration.azure.machine ?? DevelopmentVault.usual(in: directory)
        }),
      kmip: KMIPDoor(
        engine, region: configuration.region,
        settings: KMIPSettings(
          version: Version.text, leaseTime: UInt32(clamping: configuration.kmip.leaseTime.components.seconds)),
        clients: CertifiedClients(callers.certificates), notices: notices),
      messageLimits: messageLimits, messages: messages,
      webIdentity: callers.webIdentities,
      requestIDs: requestIDs, movableClock: movable,
      logger: logger)
    try await house.drainOutbox()
    try await house.accept(accepted, insteadOf: seal.file)
    try await house.finishRootChange()
    try await house.noteLeftIntentions()
    return house
  }

  /// - Parameter accepted: an older seal file that is taken all the same; custody has it in a generation of its own then, which
  ///   isn't written yet.
  /// - Parameter rsaKeyPairs: how many of each size are made ahead, for a server that will hand them out.
  static func openCustody(
    _ given: OpenSeal, _ directory: DataDirectory, _ store: SQLiteStore,
    accepting accepted: AcceptedSeal? = nil, rsaKeyPairs: Int = 0,
    erasure: ErasureSecrets?, legacy: LegacyAlgorithms = .none, elsewhere: KeysElsewhere = .none
  ) async throws -> SoftwareCustody {
    try requireSameStore(given.file, directory, store)
    let seal = try await SealHistory(given.file, directory, store).judge(given, accepting: accepted)
    let custody = try SoftwareCustody(
      seal, epochs: try await store.epochs(), stockDepth: rsaKeyPairs, legacy: legacy, erasure: erasure,
      elsewhere: elsewhere)
    for retired in try await store.retiredEpochs() { try custody.release(retired) }
    return custody
  }

  /// For whoever looks at a directory whose server doesn't run.
  static func openCustody(
    _ seal: any Seal, _ directory: DataDirectory, _ store: SQLiteStore, erasure: ErasureSecrets?
  ) async throws -> SoftwareCustody {
    try await openCustody(
      open(SealFile(in: directory), by: seal, directory, store), directory, store, erasure: erasure)
  }

  private static func open(
    _ file: SealFile, by seal: any Seal, _ directory: DataDirectory, _ store: SQLiteStore
  ) throws -> OpenSeal {
    try requireSameStore(file, directory, store)
    return try OpenSeal(file, by: seal, for: store.storeID)
  }

  private static func requireSameStore(
    _ file: SealFile, _ directory: DataDirectory, _ store: SQLiteStore
  ) throws {
    guard file.store == store.storeID else {
      throw Problem(
        "\(directory.seal) and \(directory.database) belong to different servers",
        remedy: "restore both from the same backup")
    }
  }

  private static func attestation(_ configuration: Configuration) throws -> any AttestationVerifier {
    guard let path = configuration.attestationRoots else { return NoAttestation() }
    guard let data = FileManager.default.contents(atPath: path), data.count <= rootsLimit,
      let text = String(data: data, encoding: .utf8), let roots = AttestationRoots(pem: text)
    else {
      throw Problem(
        "\(path) holds no certificates", remedy: "attestation.roots must name a file of certificates in PEM")
    }
    return NitroAttestation(roots: roots, realClock: SystemTime())
  }

  private static func tokens(
    _ configuration: Configuration, _ faults: any FaultLog
  ) throws -> any TokenVerifier {
    guard let path = configuration.issuersFile else { return NoIssuers() }
    return try issuers(in: path, configuration, faults)
  }

  /// Those whose word about environments keys are released by.
  private static func authorities(
    _ configuration: Configuration, _ faults: any FaultLog
  ) throws -> any EnvironmentVerifier {
    guard let path = configuration.azure.authoritiesFile else { return NoAuthorities() }
    return try issuers(in: path, configuration, faults)
  }

  private static func issuers(
    in path: String, _ configuration: Configuration, _ faults: any FaultLog
  ) throws -> TrustedIssuers {
    let issuers = try IssuersFile.read(path, isDevelopment: configuration.isDevelopment)
    return try TrustedIssuers(issuers, realClock: SystemTime(), faults: faults) { issuer in
      do {
        return try HTTPFetcher(authorities: issuer.authorities)
      } catch {
        throw Problem(
          "\(issuer.authorities ?? "") holds no certificates", remedy: "ca-file must name certificates in PEM"
        )
      }
    }
  }

  private static let rootsLimit = 1 << 20

  /// What the log is called in its checkpoints.
  static func auditOrigin(_ store: SQLiteStore) -> String { "claviger/" + store.storeID.hex }

  /// - Parameter clock: for the record of a repaired end.
  static func openAudit(
    _ directory: DataDirectory, _ audit: Configuration.Audit, _ custody: SoftwareCustody,
    _ store: SQLiteStore,
    clock: any TimeSource, faults: any FaultLog
  ) async throws -> MerkleAuditLog {
    let settings = AuditLogSettings(
      folder: directory.audit, origin: auditOrigin(store), isStrict: audit.mode == .strict,
      flushInterval: audit.flushInterval, segmentBytes: Int64(audit.segmentSize))
    return try MerkleAuditLog.open(
      settings, signer: custody, clock: clock, randomness: custody, faults: faults,
      expectedCheckpoint: try await store.auditCheckpoint())
  }

  /// Writes into the log what an earlier server could put into the store only, and signs it.
  private func drainOutbox() async throws {
    while true {
      let waiting = try await store.outbox(limit: House.outboxBatch)
      guard !waiting.isEmpty else { return }
      for record in waiting { try await audit.append(record) }
      try await checkpoint()
    }
  }

  private static let outboxBatch = 1000
}

extension Configuration {
  fileprivate var keysPerRegion: Int? { hasQuotas ? quotas.keysPerRegion : nil }
  fileprivate var messageLimits: MessageLimits {
    var result = MessageLimits()
    result.messageBytes = KMIPDoor.mostBytes
    result.connections = limits.connections
    result.handshakes = max(1, limits.connections / 10)
    result.connectionsOfClient = kmip.connectionsPerClient
    result.handshakeTimeout = TimeAmount(kmip.handshakeTimeout)
    result.messageTimeout = TimeAmount(kmip.messageTimeout)
    result.idleTimeout = TimeAmount(kmip.idleTimeout)
    return result
  }
  fileprivate var meter: RequestMeter? {
    hasQuotas ? RequestMeter(quotas.requests, clock: ElapsedTime()) : nil
  }
  fileprivate var vaultMeter: VaultMeter? {
    hasQuotas ? VaultMeter(quotas.vaults, clock: ElapsedTime()) : nil
  }
}
