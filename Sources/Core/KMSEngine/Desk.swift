package import KMSDomain

/// What operations work with: the ports and the caches over them.
package final class Desk: Sendable {
  package let store: any Store
  package let custody: any KeyCustody
  package let authenticator: any RecordAuthenticator
  package let audit: any AuditLog
  package let vocabulary: any PolicyVocabulary
  package let clock: any TimeSource
  package let randomness: any Randomness
  package let faults: any FaultLog
  package let keys: KeyCache
  package let liveKeys: LiveKeyCache
  let policies: PolicyCache
  let vaults: VaultCache
  package let uses: UseLedger
  package let unmade: UnmadeMaterial
  let grantFlights: SingleFlight<GrantFlight, [GrantRecord]>
  package let slowLane: SlowLane
  package let attestation: any AttestationVerifier
  /// Secrets of access keys, of those of sessions too.
  package let vault: any CredentialVault & SessionVault
  let identities: any IdentityMemory
  let notes: any NotesReader
  let listener: any ChangeListener
  /// How many keys an account may have in a Region; nil: as many as it likes.
  let keysPerRegion: Int?
  /// Keys that aren't there and are judged as if they were; see `Absence.swift`. Empty on the engine's own desk.
  let imagined: [KeyName: ProtectedKey]

  /// Documents of up to 32 KiB are kept with their compiled forms.
  private static let mostPolicies = 1024
  private static let mostVaults = 4096

  package init(
    store: any Store, custody: any KeyCustody, authenticator: any RecordAuthenticator, audit: any AuditLog,
    vocabulary: any PolicyVocabulary, clock: any TimeSource, randomness: any Randomness,
    faults: any FaultLog, slowLane: SlowLane, cachedKeys: Int, cachedLiveKeys: Int,
    vault: any CredentialVault & SessionVault, identities: any IdentityMemory = NoIdentityMemory(),
    attestation: any AttestationVerifier = NoAttestation(), notes: any NotesReader = NoNotesReader(),
    listener: any ChangeListener = NobodyListens(), keysPerRegion: Int? = nil
  ) {
    self.listener = listener
    self.notes = notes
    self.vault = vault
    self.identities = identities
    self.keysPerRegion = keysPerRegion
    self.slowLane = slowLane
    self.attestation = attestation
    self.store = store
    self.custody = custody
    self.authenticator = authenticator
    self.audit = audit
    self.vocabulary = vocabulary
    self.clock = clock
    self.randomness = randomness
    self.faults = faults
    keys = KeyCache(limit: cachedKeys)
    liveKeys = LiveKeyCache(limit: cachedLiveKeys)
    vaults = VaultCache(limit: Desk.mostVaults)
    policies = PolicyCache(limit: min(cachedKeys, Desk.mostPolicies))
    uses = UseLedger(since: clock.now())
    unmade = UnmadeMaterial()
    grantFlights = SingleFlight()
    imagined = [:]
  }

  /// The same desk, on which one more absent name stands for a key.
  init(_ desk: Desk, imagining name: KeyName, as key: ProtectedKey) {
    store = desk.store
    custody = desk.custody
    authenticator = desk.authenticator
    audit = desk.audit
    vocabulary = desk.vocabulary
    clock = desk.clock
    randomness = desk.randomness
    faults = desk.faults
    keys = desk.keys
    liveKeys = desk.liveKeys
    policies = desk.policies
    vaults = desk.vaults
    uses = desk.uses
    unmade = desk.unmade
    grantFlights = desk.grantFlights
    slowLane = desk.slowLane
    attestation = desk.attestation
    vault = desk.vault
    identities = desk.identities
    notes = desk.notes
    listener = desk.listener
    keysPerRegion = desk.keysPerRegion
    imagined = desk.imagined.merging([name: key]) { $1 }
  }

  /// A record as the store should keep it.
  package func seal<Record>(_ record: Record) -> Authenticated<Record> {
    Authenticated(record, code: authenticator.code(for: record.canonicalBytes))
  }

  /// The record of a row, if nobody edited the row.
  package func unseal<Record>(
    _ stored: Authenticated<Record>, _ kind: KMSError.Corruption
  ) throws(KMSError) -> Record {
    guard authenticator.isValid(stored.code, for: stored.record.canonicalBytes) else { throw .corrupt(kind) }
    return stored.record
  }

  /// A change that makes a key, if there may be one more.
  func limited(_ change: StoreChange, in home: Keyring) -> StoreChange {
    keysPerRegion.map { .together([change, .limitKeys(in: home, most: $0)]) } ?? change
  }

  /// An alias as a thing that policies protect.
  func resource(of alias: KeyName) -> ProtectedResource {
    .alias(name: vocabulary.aliasResource(alias), account: alias.keyring.account)
  }
}
