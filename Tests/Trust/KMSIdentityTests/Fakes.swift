import Crypto
import KMSBytes
import KMSDomain
import KMSTestKit
import Synchronization

/// Codes records by hashing them behind a prefix: enough to notice an edited record.
struct HashAuthenticator: RecordAuthenticator {
  func code(for bytes: [UInt8]) -> [UInt8] { Array(SHA256.hash(data: Array("test".utf8) + bytes)) }
  func isValid(_ code: [UInt8], for bytes: [UInt8]) -> Bool { code == self.code(for: bytes) }
}

/// Derives from the secret that the record carries in clear, and counts.
final class TestVault: CredentialVault, SessionVault {
  private let count = Mutex(0)
  var derivations: Int { count.withLock { $0 } }
  private let opened = Mutex(0)
  /// Tokens that it was asked to open.
  var openings: Int { opened.withLock { $0 } }

  func wrap(
    _ secret: Payload, accessKey: String, owner: IdentityID, permit: borrowing Permit
  ) throws(KMSError) -> WrappedCredential {
    throw .custodyUnavailable
  }

  func makeSecret(
    accessKey: String, owner: IdentityID, permit: borrowing Permit
  ) throws(KMSError) -> NewSecret {
    throw .custodyUnavailable
  }

  func signingKey(
    for accessKey: AccessKeyRecord, date: String, region: String, service: String
  ) throws(KMSError) -> Payload {
    // The record says "short" to make custody hand out something that is no key.
    let isShort = accessKey.secret.bytes == Array("short".utf8)
    return try payload(isShort ? [1] : DerivedKey.bytes(accessKey.secret.bytes, date, region, service))
  }

  /// The token is the access key, a colon and the claims; every session's secret is "secret".
  func openSession(_ token: [UInt8], accessKey: String) throws(KMSError) -> SessionClaims? {
    opened.withLock { $0 += 1 }
    let owner = Array("\(accessKey):".utf8)
    guard token.starts(with: owner) else { return nil }
    return SessionClaims(canonicalBytes: Array(token.dropFirst(owner.count)))
  }

  func sessionSigningKey(
    _ token: [UInt8], accessKey: String, date: String, region: String, service: String
  ) throws(KMSError) -> Payload {
    try payload(DerivedKey.bytes(Array("secret".utf8), date, region, service))
  }

  func issueSession(
    _ claims: SessionClaims, permit: borrowing Permit
  ) throws(KMSError) -> SessionCredentials {
    throw .custodyUnavailable
  }

  private func payload(_ derived: [UInt8]) throws(KMSError) -> Payload {
    count.withLock { $0 += 1 }
    let payload = Payload(count: derived.count) { (room: inout MutableSpan<UInt8>) in
      for index in derived.indices { room[index] = derived[index] }
      return true
    }
    guard let payload else { throw .custodyUnavailable }
    return payload
  }
}

/// A stand-in for the derivation: any 32 bytes that depend on secret and scope serve both sides of a test.
enum DerivedKey {
  static func bytes(_ secret: [UInt8], _ date: String, _ region: String, _ service: String) -> [UInt8] {
    Array(SHA256.hash(data: secret + Array("\(date)/\(region)/\(service)".utf8)))
  }
}

/// Holds whoever waits until it is opened, and tells when somebody waits.
final class Gate: Sendable {
  private struct State {
    var isOpen = true
    var waiting: [CheckedContinuation<Void, Never>] = []
    var watchers: [CheckedContinuation<Void, Never>] = []
  }

  private let state = Mutex(State())

  func close() { state.withLock { $0.isOpen = false } }

  func open() {
    let waiting = state.withLock { state in
      state.isOpen = true
      defer { state.waiting = [] }
      return state.waiting
    }
    for continuation in waiting { continuation.resume() }
  }

  func pass() async {
    await withCheckedContinuation { continuation in
      let (go, watchers) = state.withLock { state -> (Bool, [CheckedContinuation<Void, Never>]) in
        if state.isOpen { return (true, []) }
        state.waiting.append(continuation)
        defer { state.watchers = [] }
        return (false, state.watchers)
      }
      for watcher in watchers { watcher.resume() }
      if go { continuation.resume() }
    }
  }

  /// Returns when somebody stands before the closed gate.
  func someoneWaits() async {
    await withCheckedContinuation { continuation in
      let go = state.withLock { state in
        if !state.waiting.isEmpty { return true }
        state.watchers.append(continuation)
        return false
      }
      if go { continuation.resume() }
    }
  }
}

/// Identities in memory; everything else of a store fails.
final class IdentityStore: Store {
  struct State {
    var keys: [String: Authenticated<AccessKeyRecord>] = [:]
    var certificates: [CertificateFingerprint: Authenticated<ClientCertificate>] = [:]
    var applications: [GUID: Authenticated<Application>] = [:]
    var principals: [IdentityID: Authenticated<IdentityRecord>] = [:]
    var loads = 0
    var principalLoads = 0
    var isDown = false
  }

  let state = Mutex(State())
  let gate = Gate()
  var loads: Int { state.withLock { $0.loads } }

  func accessKey(_ id: String) async throws(KMSError) -> Authenticated<AccessKeyRecord>? {
    let (found, isDown) = state.withLock { state in
      state.loads += 1
      return (state.keys[id], state.isDown)
    }
    await gate.pass()
    guard !isDown else { throw .storeUnavailable }
    return found
  }

  func identity(_ id: IdentityID) async throws(KMSError) -> Authenticated<IdentityRecord>? {
    let found = state.withLock { state in
      state.principalLoads += 1
      return state.principals[id]
    }
    await gate.pass()
    return found
  }

  func clientCertificate(
    _ fingerprint: CertificateFingerprint
  ) async throws(KMSError) -> Authenticated<ClientCertificate>? {
    let (found, isDown) = state.withLock { state in
      state.loads += 1
      return (state.certificates[fingerprint], state.isDown)
    }
    await gate.pass()
    guard !isDown else { throw .storeUnavailable }
    return found
  }
  func clientCertificates(
    of owner: IdentityID
  ) async throws(KMSError) -> [Authenticated<ClientCertificate>] { throw .storeUnavailable }
  func clientCertificates(
    in account: AccountID, after marker: CertificateFingerprint?, limit: Int
  ) async throws(KMSError) -> [Authenticated<ClientCertificate>] { throw .storeUnavailable }

  func application(_ clientID: GUID) async throws(KMSError) -> Authenticated<Application>? {
    let (found, isDown) = state.withLock { state in
      state.loads += 1
      return (state.applications[clientID], state.isDown)
    }
    guard !isDown else { throw .storeUnavailable }
    return found
  }
  func application(object id: GUID) async throws(KMSError) -> Authenticated<Application>? {
    throw .storeUnavailable
  }
  func applications(of owner: IdentityID) async throws(KMSError) -> [Authenticated<Application>] {
    throw .storeUnavailable
  }
  func applications(
    in account: AccountID, after marker: GUID?, limit: Int
  ) async throws(KMSError) -> [Authenticated<Application>] { throw .storeUnavailable }
  func applications(
    trusting issuer: String, subject: String, in account: AccountID
  ) async throws(KMSError) -> [Authenticated<Application>] {
    let found = state.withLock { $0.applications.values }
    return found.filter { stored in
      stored.record.account == account
        && stored.record.federated.contains { $0.issuer == issuer && $0.subject == subject }
    }
  }
  func tokenKeys() async throws(KMSError) -> [Authenticated<TokenKey>] { throw .storeUnavailable }

  func accessKeys(of owner: IdentityID) async throws(KMSError) -> [Authenticated<AccessKeyRecord>] {
    throw .storeUnavailable
  }
  func identity(named name: IdentityName) async throws(KMSError) -> Authenticated<IdentityRecord>? {
    let (found, isDown) = state.withLock { state in
      (state.principals.values.first { $0.record.reference.folded == name.folded }, state.isDown)
    }
    guard !isDown else { throw .storeUnavailable }
    return found
  }
  func identities(
    _ kind: IdentityKind, of account: AccountID?, under path: String, after marker: String?, limit: Int
  ) async throws(KMSError) -> [Authenticated<IdentityRecord>] { throw .storeUnavailable }
  func identities(
    referringTo id: IdentityID, after marker: IdentityID?, limit: Int
  ) async throws(KMSError) -> [Authenticated<IdentityRecord>] { throw .storeUnavailable }
  func identityCount(_ kind: IdentityKind, of account: AccountID) async throws(KMSError) -> Int {
    throw .storeUnavailable
  }

  func key(_ id: KeyID) async throws(KMSError) -> Authenticated<KeyRecord>? { throw .storeUnavailable }
  func key(named name: KeyName) async throws(KMSError) -> Authenticated<KeyRecord>? {
    throw .storeUnavailable
  }
  func alias(_ name: KeyName) async throws(KMSError) -> Authenticated<AliasRecord>? {
    throw .storeUnavailable
  }
  func objectsToRenew(before: Instant, limit: Int) async throws(KMSError) -> [KeyID] {
    throw .storeUnavailable
  }
  func objectsToMoveOn(before: Instant, limit: Int) async throws(KMSError) -> [KeyID] {
    throw .storeUnavailable
  }
  func objects(
    in keyring: Keyring, by terms: [UInt64], before place: Int64?, limit: Int
  ) async throws(KMSError) -> [FoundObject] { throw .storeUnavailable }
  func keyIdentifiers(
    in keyring: Keyring, after marker: String?, limit: Int
  ) async throws(KMSError) -> [String] { throw .storeUnavailable }
  func aliases(
    in keyring: Keyring, of target: KeyID?, after marker: String?, limit: Int
  ) async throws(KMSError) -> [Authenticated<AliasRecord>] { throw .storeUnavailable }
  func aliasCount(of target: KeyID) async throws(KMSError) -> Int { throw .storeUnavailable }
  func keysDue(before: Instant, limit: Int) async throws(KMSError) -> [KeyID] { throw .storeUnavailable }
  func keysToRotate(before: Instant, limit: Int) async throws(KMSError) -> [KeyID] { throw .storeUnavailable }
  func keysToExpire(before: Instant, limit: Int) async throws(KMSError) -> [KeyID] { throw .storeUnavailable }
  func keysToRemove(after place: Int64?, limit: Int) async throws(KMSError) -> [FoundObject] {
    throw .storeUnavailable
  }
  func removalCount() async throws(KMSError) -> Int { throw .storeUnavailable }
  func references(to version: VersionID) async throws(KMSError) -> Int { throw .storeUnavailable }
  func keep(_ intention: DeviceIntention) throws(KMSError) { throw .storeUnavailable }
  func intentions(after marker: VersionID?, limit: Int) async throws(KMSError) -> [DeviceIntention] {
    throw .storeUnavailable
  }
  func forgetIntention(of version: VersionID) async throws(KMSError) { throw .storeUnavailable }
  func keyCount() async throws(KMSError) -> Int { throw .storeUnavailable }
  func grant(_ id: GrantID, of key: KeyID) async throws(KMSError) -> Authenticated<GrantRecord>? {
    throw .storeUnavailable
  }
  func grant(
    alike likeness: [UInt8], of key: KeyID
  ) async throws(KMSError) -> Authenticated<GrantRecord>? { throw .storeUnavailable }
  func grants(
    of key: KeyID, to grantee: String?, after marker: GrantID?, limit: Int
  ) async throws(KMSError) -> [Authenticated<GrantRecord>] { throw .storeUnavailable }
  func grants(
    retiredBy principal: String, in region: String, after marker: GrantID?, limit: Int
  ) async throws(KMSError) -> [Authenticated<GrantRecord>] { throw .storeUnavailable }
  func vault(_ name: VaultName) async throws(KMSError) -> Authenticated<Vault>? { throw .storeUnavailable }
  func vaults(
    of account: AccountID?, after marker: VaultName?, limit: Int
  ) async throws(KMSError) -> [Authenticated<Vault>] { throw .storeUnavailable }
  func customKeyStores(in keyring: Keyring) async throws(KMSError) -> [Authenticated<CustomKeyStore>] {
    throw .storeUnavailable
  }
  func lastUse(of key: KeyID) async throws(KMSError) -> KeyUse? { throw .storeUnavailable }
  func usesRecordedSince() async throws(KMSError) -> Instant? { throw .storeUnavailable }
  func recordUses(_ uses: [KeyUse], since: Instant) async throws(KMSError) { throw .storeUnavailable }
  func lastUse(ofAccessKey id: String) async throws(KMSError) -> AccessKeyUse? { throw .storeUnavailable }
  func recordAccessKeyUses(_ uses: [AccessKeyUse]) async throws(KMSError) { throw .storeUnavailable }
  func epochs() async throws(KMSError) -> [EpochRecord] { throw .storeUnavailable }
  func sealNote() async throws(KMSError) -> Authenticated<SealNote>? { throw .storeUnavailable }
  func retiredEpochs() async throws(KMSError) -> [RetiredEpoch] { throw .storeUnavailable }
  func erasure() async throws(KMSError) -> ErasureState { throw .storeUnavailable }
  func wrapped(under epoch: EpochID) async throws(KMSError) -> WrappedCount { throw .storeUnavailable }
  func wrapped(
    under epoch: EpochID, of kind: WrappedKind, after marker: [UInt8], limit: Int
  ) async throws(KMSError) -> WrappedPage { throw .storeUnavailable }
  func commit(_ change: StoreChange, outbox: OutboxRecord?) async throws(KMSError) { throw .storeUnavailable }
  func outbox(limit: Int) async throws(KMSError) -> [OutboxRecord] { throw .storeUnavailable }
  func settleOutbox(_ ids: [Bits128]) async throws(KMSError) { throw .storeUnavailable }
  func auditCheckpoint() async throws(KMSError) -> [UInt8]? { throw .storeUnavailable }
  func setAuditCheckpoint(_ signed: [UInt8]) async throws(KMSError) { throw .storeUnavailable }
}
