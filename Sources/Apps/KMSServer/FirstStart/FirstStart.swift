import CustodySoftware
import DoorAWS
import KMSAudit
import KMSDomain
import KMSEngine
import KMSSystem
import StoreSQLite

/// Makes a data directory: store id, sealed root key, database, first epoch, account, administrator and first access key.
///
/// The marker of the mode is written last: a directory without it was interrupted, and no server opens it.
struct FirstStart: Sendable {
  let directory: DataDirectory
  let configuration: Configuration
  /// The access key to use; nil makes one.
  let fixed: Credentials?
  let seal: any Seal
  /// The recovery to make; nil for none.
  var recovery: SharedParameters?
  /// The seal file of another server whose backups of keys and secrets are to open here; nil: of none.
  var other: SealFile?

  private var isDevelopment: Bool { configuration.isDevelopment }

  /// The caller holds the directory's lock.
  func run() async throws {
    let now = SystemTime().now()
    var random = SystemRandomNumberGenerator()
    let storeID = Bits128(high: random.next(), low: random.next())
    let (opened, shares) = try makeSeal(storeID)
    let erasure = try SealDomain(configuration, directory).make(for: storeID, now: now)
    let epoch = try SoftwareCustody.firstEpoch(under: opened, erasure, now: now)
    try PrivateFile.write(opened.file.encoded, to: directory.seal)
    let store = try SQLiteStore.create(path: directory.database, storeID: storeID)
    do {
      let custody = try SoftwareCustody(opened, epochs: [epoch], erasure: erasure)
      try await store.commit(.together([.addEpoch(epoch), .noteSeal(custody.sealNote)]), outbox: nil)
      try await addAdministrator(store, custody, now)
      for shares in shares { Output.write(try shares.lines()) }
    } catch {
      await store.close()
      throw error
    }
    await store.close()
  }

  private func makeSeal(_ storeID: Bits128) throws -> (OpenSeal, [PrintedShares]) {
    guard OpenSSL.start() else { throw SealError.cryptoUnavailable }
    let new = try seal.make(for: storeID)
    let shared = try other.map { try OpenSeal($0, by: seal, for: $0.store) }
    let opened = try OpenSeal(new: new, for: storeID, secretOf: shared)
    let shares = [PrintedShares(new, of: storeID)].compactMap { $0 }
    guard let recovery else { return (opened, shares) }
    let made = try RecoverySeal(recovery).make(for: storeID)
    return (
      try opened.with(recovery: made), shares + [PrintedShares(made, of: storeID)].compactMap { $0 }
    )
  }

  private func addAdministrator(_ store: SQLiteStore, _ custody: SoftwareCustody, _ now: Instant) async throws
  {
    var random = SystemRandomNumberGenerator()
    let account = try configuration.account ?? FirstStart.account(using: &random)
    let administrator = FirstStart.administrator(
      AccessKeyText.principalID(using: &random), account, now)
    let credentials =
      fixed
      ?? Credentials(
        accessKeyID: AccessKeyText.accessKeyID(using: &random),
        secretAccessKey: AccessKeyText.secret(using: &random))
    let (accessKey, record) = try firstAccessKey(credentials, administrator, custody, now)
    let audit = try await House.openAudit(
      directory, configuration.audit, custody, store, clock: SystemTime(), faults: NoFaults())
    let root = IdentityRecord(
      id: IdentityID(account.text), account: account, name: "root", createdAt: now, body: .root)
    try await store.commit(
      .together([.addIdentity(custody.seal(root)), .addIdentity(custody.seal(administrator))]), outbox: nil)
    // The first server writes the record into the log, as it does with every change.
    try await store.commit(
      .addAccessKey(custody.seal(accessKey), owner: administrator.generation, most: 1),
      outbox: audit.encode(record))
    let owner = Owner(account: account, principal: administrator.id)
    try owner.write(to: directory)
    try hand(over: credentials, owner)
    try PrivateFile.write(
      Array((DataDirectory.Mode(isDevelopment: isDevelopment).rawValue + "\n").utf8), to: directory.marker)
  }

  /// Gives the secret to whoever started this: a file in development, standard output otherwise, once.
  private func hand(over credentials: Credentials, _ owner: Owner) throws {
    if isDevelopment {
      try Directory.makePrivate(directory.dev)
      try KeyValueFile([
        ("access-key-id", credentials.accessKeyID), ("secret-access-key", credentials.secretAccessKey),
      ]).write(to: directory.devCredentials)
      return
    }
    let exports = Exports(
      endpoint: configuration.listen.map { "http://\($0.authority)" },
      tlsEndpoint: configuration.listenTLS.map { "https://\($0.authority)" },
      authorityFile: configuration.certificate == nil ? directory.absolute(directory.authority) : nil,
      accessKeyID: credentials.accessKeyID, secretAccessKey: credentials.secretAccessKey,
      region: configuration.region, account: owner.account.text)
    Output.write(exports.firstLines)
  }

  private static func account(using random: inout some RandomNumberGenerator) throws -> AccountID {
    guard let account = AccountID(AccessKeyText.account(using: &random)) else {
      throw Problem("no account id could be made", remedy: "try again")
    }
    return account
  }

  /// The user "admin", who may do everything in the account.
  static func administrator(
    _ id: String, _ account: AccountID, _ now: Instant
  ) -> IdentityRecord {
    IdentityRecord(
      id: IdentityID(id), account: account, name: "admin", createdAt: now,
      body: .user(
        IdentityRecord.User(
          carried: IdentityRecord.Carried(inline: [
            IdentityRecord.InlinePolicy(
              name: "AdministratorAccess", document: Array(administratorPolicy.utf8))
          ]))))
  }

  /// The first access key and what the log will say of all this. Nobody can be asked for the right yet but the server
  /// itself.
  private func firstAccessKey(
    _ credentials: Credentials, _ administrator: IdentityRecord, _ custody: SoftwareCustody, _ now: Instant
  ) throws -> (AccessKeyRecord, AuditRecord) {
    let id = custody.bits128()
    let origin = RequestOrigin(
      id: RequestID(id), door: "system", source: "initialisation", isEncrypted: true, userAgent: "")
    let request = AccessRequest(
      action: .issueAccessKey, caller: .system, origin: origin, resource: .server, facts: .none)
    let verdict = authorise(request, version: nil, vocabulary: AWSVocabulary())
    let demand = AuditRecord.Demand(
      action: .issueAccessKey, named: administrator.id.text, resolved: request.resource.name, key: nil,
      version: nil, decision: verdict.decision)
    guard let permit = verdict.takePermit(), let secret = Seals.payload(credentials.secretAccessKey) else {
      throw KMSError.custodyUnavailable
    }
    let wrapped = try custody.wrap(
      secret, accessKey: credentials.accessKeyID, owner: administrator.id, permit: permit)
    let accessKey = AccessKeyRecord(
      id: credentials.accessKeyID, principal: administrator.id, secret: wrapped, isActive: true,
      createdAt: now)
    let record = AuditRecord(
      id: id, time: now, origin: origin, who: .system, operation: "Initialise",
      demands: [demand], outcome: .success, encryptionContext: nil,
      details: [
        AuditRecord.Detail(name: "principal", value: AWSVocabulary().name(of: administrator)),
        AuditRecord.Detail(name: "accessKey", value: accessKey.id),
      ])
    return (accessKey, record)
  }

  private static let administratorPolicy = """
    {"Version":"2012-10-17","Statement":[{"Sid":"Everything","Effect":"Allow","Action":"*","Resource":"*"}]}
    """
}

/// While nothing is served there is nobody to hide a cause from: errors are thrown.
private struct NoFaults: FaultLog {
  func record(_ cause: String, request: RequestID?) {}
}

extension SoftwareCustody {
  /// A record as the store should keep it.
  fileprivate func seal<Record>(_ record: Record) -> Authenticated<Record> {
    Authenticated(record, code: code(for: record.canonicalBytes))
  }
}
