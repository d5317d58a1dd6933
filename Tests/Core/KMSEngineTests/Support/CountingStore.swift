import KMSBytes
import KMSDomain
import Synchronization

/// A store that counts how often it is read.
final class CountingStore: Store {
  private let store: any Store
  private let count = Atomic(0)

  init(over store: any Store) { self.store = store }

  var reads: Int { count.load(ordering: .sequentiallyConsistent) }

  private var counted: any Store {
    count.add(1, ordering: .sequentiallyConsistent)
    return store
  }

  func key(_ id: KeyID) async throws(KMSError) -> Authenticated<KeyRecord>? { try await counted.key(id) }
  func key(named name: KeyName) async throws(KMSError) -> Authenticated<KeyRecord>? {
    try await counted.key(named: name)
  }
  func alias(_ name: KeyName) async throws(KMSError) -> Authenticated<AliasRecord>? {
    try await counted.alias(name)
  }
  func keyIdentifiers(
    in keyring: Keyring, after marker: String?, limit: Int
  ) async throws(KMSError) -> [String] {
    try await counted.keyIdentifiers(in: keyring, after: marker, limit: limit)
  }
  func objectsToRenew(before: Instant, limit: Int) async throws(KMSError) -> [KeyID] {
    try await counted.objectsToRenew(before: before, limit: limit)
  }
  func objectsToMoveOn(before: Instant, limit: Int) async throws(KMSError) -> [KeyID] {
    try await counted.objectsToMoveOn(before: before, limit: limit)
  }
  func objects(
    in keyring: Keyring, by terms: [UInt64], before place: Int64?, limit: Int
  ) async throws(KMSError) -> [FoundObject] {
    try await counted.objects(in: keyring, by: terms, before: place, limit: limit)
  }
  func aliases(
    in keyring: Keyring, of target: KeyID?, after marker: String?, limit: Int
  ) async throws(KMSError) -> [Authenticated<AliasRecord>] {
    try await counted.aliases(in: keyring, of: target, after: marker, limit: limit)
  }
  func aliasCount(of target: KeyID) async throws(KMSError) -> Int { try await counted.aliasCount(of: target) }
  func keysDue(before: Instant, limit: Int) async throws(KMSError) -> [KeyID] {
    try await counted.keysDue(before: before, limit: limit)
  }
  func keysToRotate(before: Instant, limit: Int) async throws(KMSError) -> [KeyID] {
    try await counted.keysToRotate(before: before, limit: limit)
  }
  func keysToExpire(before: Instant, limit: Int) async throws(KMSError) -> [KeyID] {
    try await counted.keysToExpire(before: before, limit: limit)
  }
  func keysToRemove(after place: Int64?, limit: Int) async throws(KMSError) -> [FoundObject] {
    try await counted.keysToRemove(after: place, limit: limit)
  }
  func removalCount() async throws(KMSError) -> Int { try await counted.removalCount() }
  func references(to version: VersionID) async throws(KMSError) -> Int {
    try await counted.references(to: version)
  }
  func keep(_ intention: DeviceIntention) throws(KMSError) { try counted.keep(intention) }
  func intentions(after marker: VersionID?, limit: Int) async throws(KMSError) -> [DeviceIntention] {
    try await counted.intentions(after: marker, limit: limit)
  }
  func forgetIntention(of version: VersionID) async throws(KMSError) {
    try await counted.forgetIntention(of: version)
  }
  func keyCount() async throws(KMSError) -> Int { try await counted.keyCount() }
  func grant(_ id: GrantID, of key: KeyID) async throws(KMSError) -> Authenticated<GrantRecord>? {
    try await counted.grant(id, of: key)
  }
  func grant(
    alike likeness: [UInt8], of key: KeyID
  ) async throws(KMSError) -> Authenticated<GrantRecord>? {
    try await counted.grant(alike: likeness, of: key)
  }
  func grants(
    of key: KeyID, to grantee: String?, after marker: GrantID?, limit: Int
  ) async throws(KMSError) -> [Authenticated<GrantRecord>] {
    try await counted.grants(of: key, to: grantee, after: marker, limit: limit)
  }
  func grants(
    retiredBy principal: String, in region: String, after marker: GrantID?, limit: Int
  ) async throws(KMSError) -> [Authenticated<GrantRecord>] {
    try await counted.grants(retiredBy: principal, in: region, after: marker, limit: limit)
  }
  func vault(_ name: VaultName) async throws(KMSError) -> Authenticated<Vault>? {
    try await counted.vault(name)
  }
  func vaults(
    of account: AccountID?, after marker: VaultName?, limit: Int
  ) async throws(KMSError) -> [Authenticated<Vault>] {
    try await counted.vaults(of: account, after: marker, limit: limit)
  }
  func customKeyStores(in keyring: Keyring) async throws(KMSError) -> [Authenticated<CustomKeyStore>] {
    try await counted.customKeyStores(in: keyring)
  }
  func accessKey(_ id: String) async throws(KMSError) -> Authenticated<AccessKeyRecord>? {
    try await counted.accessKey(id)
  }
  func accessKeys(of owner: IdentityID) async throws(KMSError) -> [Authenticated<AccessKeyRecord>] {
    try await counted.accessKeys(of: owner)
  }
  func application(_ clientID: GUID) async throws(KMSError) -> Authenticated<Application>? {
    try await counted.application(clientID)
  }
  func application(object id: GUID) async throws(KMSError) -> Authenticated<Application>? {
    try await counted.application(object: id)
  }
  func applications(of owner: IdentityID) async throws(KMSError) -> [Authenticated<Application>] {
    try await counted.applications(of: owner)
  }
  func applications(
    in account: AccountID, after marker: GUID?, limit: Int
  ) async throws(KMSError) -> [Authenticated<Application>] {
    try await counted.applications(in: account, after: marker, limit: limit)
  }
  func applications(
    trusting issuer: String, subject: String, in account: AccountID
  ) async throws(KMSError) -> [Authenticated<Application>] {
    try await counted.applications(trusting: issuer, subject: subject, in: account)
  }
  func tokenKeys() async throws(KMSError) -> [Authenticated<TokenKey>] { try await counted.tokenKeys() }
  func clientCertificate(
    _ fingerprint: CertificateFingerprint
  ) async throws(KMSError) -> Authenticated<ClientCertificate>? {
    try await counted.clientCertificate(fingerprint)
  }
  func clientCertificates(
    of owner: IdentityID
  ) async throws(KMSError) -> [Authenticated<ClientCertificate>] {
    try await counted.clientCertificates(of: owner)
  }
  func clientCertificates(
    in account: AccountID, after marker: CertificateFingerprint?, limit: Int
  ) async throws(KMSError) -> [Authenticated<ClientCertificate>] {
    try await counted.clientCertificates(in: account, after: marker, limit: limit)
  }
  func identity(_ id: IdentityID) async throws(KMSError) -> Authenticated<IdentityRecord>? {
    try await counted.identity(id)
  }
  func identity(named name: IdentityName) async throws(KMSError) -> Authenticated<IdentityRecord>? {
    try await counted.identity(named: name)
  }
  func identities(
    _ kind: IdentityKind, of account: AccountID?, under path: String, after marker: String?, limit: Int
  ) async throws(KMSError) -> [Authenticated<IdentityRecord>] {
    try await counted.identities(kind, of: account, under: path, after: marker, limit: limit)
  }
  func identities(
    referringTo id: IdentityID, after marker: IdentityID?, limit: Int
  ) async throws(KMSError) -> [Authenticated<IdentityRecord>] {
    try await counted.identities(referringTo: id, after: marker, limit: limit)
  }
  func identityCount(_ kind: IdentityKind, of account: AccountID) async throws(KMSError) -> Int {
    try await counted.identityCount(kind, of: account)
  }
  func lastUse(of key: KeyID) async throws(KMSError) -> KeyUse? { try await counted.lastUse(of: key) }
  func usesRecordedSince() async throws(KMSError) -> Instant? { try await counted.usesRecordedSince() }
  func recordUses(_ uses: [KeyUse], since: Instant) async throws(KMSError) {
    try await store.recordUses(uses, since: since)
  }
  func lastUse(ofAccessKey id: String) async throws(KMSError) -> AccessKeyUse? {
    try await counted.lastUse(ofAccessKey: id)
  }
  func recordAccessKeyUses(_ uses: [AccessKeyUse]) async throws(KMSError) {
    try await store.recordAccessKeyUses(uses)
  }
  func epochs() async throws(KMSError) -> [EpochRecord] { try await counted.epochs() }
  func sealNote() async throws(KMSError) -> Authenticated<SealNote>? { try await counted.sealNote() }
  func retiredEpochs() async throws(KMSError) -> [RetiredEpoch] { try await counted.retiredEpochs() }
  func erasure() async throws(KMSError) -> ErasureState { try await counted.erasure() }
  func wrapped(under epoch: EpochID) async throws(KMSError) -> WrappedCount {
    try await counted.wrapped(under: epoch)
  }
  func wrapped(
    under epoch: EpochID, of kind: WrappedKind, after marker: [UInt8], limit: Int
  ) async throws(KMSError) -> WrappedPage {
    try await counted.wrapped(under: epoch, of: kind, after: marker, limit: limit)
  }
  func commit(_ change: StoreChange, outbox: OutboxRecord?) async throws(KMSError) {
    try await store.commit(change, outbox: outbox)
  }
  func outbox(limit: Int) async throws(KMSError) -> [OutboxRecord] { try await counted.outbox(limit: limit) }
  func settleOutbox(_ ids: [Bits128]) async throws(KMSError) { try await store.settleOutbox(ids) }
  func auditCheckpoint() async throws(KMSError) -> [UInt8]? { try await counted.auditCheckpoint() }
  func setAuditCheckpoint(_ signed: [UInt8]) async throws(KMSError) {
    try await store.setAuditCheckpoint(signed)
  }
}
