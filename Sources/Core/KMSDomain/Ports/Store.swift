package import KMSBytes

/// Where records are kept. It speaks use cases, not tables, and judges nothing: the engine checks what it reads.
///
/// Reads see every change whose `commit` has returned. All errors but those named are `KMSError.storeUnavailable`.
package protocol Store: EpochStore, DeviceStore {
  // Keys
  func key(_ id: KeyID) async throws(KMSError) -> Authenticated<KeyRecord>?
  /// The key of an identifier, or the alias of a name.
  func key(named name: KeyName) async throws(KMSError) -> Authenticated<KeyRecord>?
  func alias(_ name: KeyName) async throws(KMSError) -> Authenticated<AliasRecord>?
  /// Identifiers in the keyring, in byte order, of keys that are not destroyed; those after `marker`.
  func keyIdentifiers(in keyring: Keyring, after marker: String?, limit: Int) async throws(KMSError)
    -> [String]
  /// Objects of the keyring that have these terms, the latest first, destroyed ones too; those made before the one at `place`. Of
  /// more terms than two the first two count. What is found may have other content than its terms say: ask the record.
  func objects(
    in keyring: Keyring, by terms: [UInt64], before place: Int64?, limit: Int
  ) async throws(KMSError) -> [FoundObject]
  /// Aliases in the keyring, in byte order of their names; only those of `target` when it is given.
  func aliases(
    in keyring: Keyring, of target: KeyID?, after marker: String?, limit: Int
  ) async throws(KMSError) -> [Authenticated<AliasRecord>]
  func aliasCount(of target: KeyID) async throws(KMSError) -> Int
  /// Keys whose deletion date has come, the earliest first.
  func keysDue(before: Instant, limit: Int) async throws(KMSError) -> [KeyID]
  /// Active keys whose rotation is due, the earliest first.
  func keysToRotate(before: Instant, limit: Int) async throws(KMSError) -> [KeyID]
  /// Keys with material that must be gone, the earliest first.
  func keysToExpire(before: Instant, limit: Int) async throws(KMSError) -> [KeyID]
  /// Objects whose dates have moved them on since they were last written, or whose material must be gone, the earliest first: see
  /// `KeyRecord.nextMove`.
  func objectsToMoveOn(before: Instant, limit: Int) async throws(KMSError) -> [KeyID]
  /// Active objects whose place another is to take: see `ManagedObject.renewal`. The earliest first.
  func objectsToRenew(before: Instant, limit: Int) async throws(KMSError) -> [KeyID]
  func keyCount() async throws(KMSError) -> Int

  // Grants
  func grant(_ id: GrantID, of key: KeyID) async throws(KMSError) -> Authenticated<GrantRecord>?
  /// The grant of the key that was made with this likeness; see `StoreChange.createGrant`.
  func grant(alike likeness: [UInt8], of key: KeyID) async throws(KMSError) -> Authenticated<GrantRecord>?
  /// Grants of the key in the order of their ids, those after `marker`; only those to `grantee` when it is given.
  func grants(
    of key: KeyID, to grantee: String?, after marker: GrantID?, limit: Int
  ) async throws(KMSError) -> [Authenticated<GrantRecord>]
  /// Grants of all keys of the Region that name this retiring principal, in the order of their ids, those after `marker`.
  func grants(
    retiredBy principal: String, in region: String, after marker: GrantID?, limit: Int
  ) async throws(KMSError) -> [Authenticated<GrantRecord>]

  // Custom key stores
  /// All of the keyring, in the order of their ids: there are never more than `CustomKeyStore.mostOfKeyring`.
  func customKeyStores(in keyring: Keyring) async throws(KMSError) -> [Authenticated<CustomKeyStore>]

  // Vaults
  func vault(_ name: VaultName) async throws(KMSError) -> Authenticated<Vault>?
  /// In the byte order of their names, those after `marker`; of every account when none is given.
  func vaults(
    of account: AccountID?, after marker: VaultName?, limit: Int
  ) async throws(KMSError) -> [Authenticated<Vault>]

  // Uses
  func lastUse(of key: KeyID) async throws(KMSError) -> KeyUse?
  /// Since when uses have been recorded; nil when none ever were.
  func usesRecordedSince() async throws(KMSError) -> Instant?
  /// Keeps each use unless a later one of its key is known. The first call settles since when uses are recorded.
  func recordUses(_ uses: [KeyUse], since: Instant) async throws(KMSError)

  func lastUse(ofAccessKey id: String) async throws(KMSError) -> AccessKeyUse?
  /// Keeps each use of an access key that is there, unless a later one is known.
  func recordAccessKeyUses(_ uses: [AccessKeyUse]) async throws(KMSError)

  // Identities
  func accessKey(_ id: String) async throws(KMSError) -> Authenticated<AccessKeyRecord>?
  /// Of one identity, in the order of their ids: there are few.
  func accessKeys(of owner: IdentityID) async throws(KMSError) -> [Authenticated<AccessKeyRecord>]
  func clientCertificate(
    _ fingerprint: CertificateFingerprint
  ) async throws(KMSError) -> Authenticated<ClientCertificate>?
  /// Of one identity, in the byte order of their fingerprints: there are few.
  func clientCertificates(
    of owner: IdentityID
  ) async throws(KMSError) -> [Authenticated<ClientCertificate>]
  /// Of all identities of the account, in the byte order of their fingerprints, those after `marker`.
  func clientCertificates(
    in account: AccountID, after marker: CertificateFingerprint?, limit: Int
  ) async throws(KMSError) -> [Authenticated<ClientCertificate>]
  func identity(_ id: IdentityID) async throws(KMSError) -> Authenticated<IdentityRecord>?
  func identity(named name: IdentityName) async throws(KMSError) -> Authenticated<IdentityRecord>?
  /// Of one kind, in the byte order of their folded names; those whose path begins so, after the folded name `marker`. Of every
  /// account when none is given, and then in the order of accounts, and `marker` is an account.
  func identities(
    _ kind: IdentityKind, of account: AccountID?, under path: String, after marker: String?, limit: Int
  ) async throws(KMSError) -> [Authenticated<IdentityRecord>]
  /// Those that name this one (`IdentityRecord.references`), in the order of their ids, after `marker`.
  func identities(
    referringTo id: IdentityID, after marker: IdentityID?, limit: Int
  ) async throws(KMSError) -> [Authenticated<IdentityRecord>]
  func identityCount(_ kind: IdentityKind, of account: AccountID) async throws(KMSError) -> Int

  // Applications
  func application(_ clientID: GUID) async throws(KMSError) -> Authenticated<Application>?
  func application(object id: GUID) async throws(KMSError) -> Authenticated<Application>?
  /// Of one identity, in the byte order of their client ids: there are few.
  func applications(of owner: IdentityID) async throws(KMSError) -> [Authenticated<Application>]
  /// Of the account, in the byte order of their client ids, those after `marker`.
  func applications(
    in account: AccountID, after marker: GUID?, limit: Int
  ) async throws(KMSError) -> [Authenticated<Application>]
  /// Of the account, those that have a federated credential for this subject of this issuer; the first 16.
  func applications(
    trusting issuer: String, subject: String, in account: AccountID
  ) async throws(KMSError) -> [Authenticated<Application>]
  /// Keys by which the server signs tokens, the earliest first: there are few.
  func tokenKeys() async throws(KMSError) -> [Authenticated<TokenKey>]

  /// Carries out one change and stores `outbox` with it, in one transaction that survives a power cut when this returns.
  /// Changes of concurrent callers share a flush to disk.
  /// - Throws: `KMSError.contention` when a record is no longer the expected one, `aliasExists`, `aliasNotFound`,
  ///   `grantNotFound`, `tooManyGrants`, `tooManyKeys`, `storeUnavailable`.
  func commit(_ change: StoreChange, outbox: OutboxRecord?) async throws(KMSError)

  // Outbox
  /// Records that were stored with a change and not yet settled, the oldest first.
  func outbox(limit: Int) async throws(KMSError) -> [OutboxRecord]
  /// Forgets outbox records that are in the log for good. Like a change, it survives a power cut when this returns.
  func settleOutbox(_ ids: [Bits128]) async throws(KMSError)

  // The store's own copy of the last audit checkpoint, an anchor against truncation of the log.
  func auditCheckpoint() async throws(KMSError) -> [UInt8]?
  func setAuditCheckpoint(_ signed: [UInt8]) async throws(KMSError)
}

/// An object and its place in the order in which a store's objects were made.
package struct FoundObject: Hashable, Sendable {
  package let id: KeyID
  package let place: Int64

  package init(id: KeyID, place: Int64) {
    self.id = id
    self.place = place
  }
}

/// What can be done to the store, each whole or not at all.
///
/// Indirect, because the outcome of every operation has room for one, and whole records are large.
package indirect enum StoreChange: Sendable {
  /// A key with its first version; its identifier becomes a name. Fails with `contention` if the identifier is taken.
  case createKey(Authenticated<KeyRecord>)
  /// The same for an identifier that leads to the destroyed key `after`: from then on it leads to the new one. `contention` if
  /// it leads to another, or to one that isn't destroyed.
  case recreateKey(Authenticated<KeyRecord>, after: KeyID)
  /// Replaces everything that may change, if the stored record is still of that generation. New versions are added. Material
  /// that is in the record no more is gone for good.
  case updateKey(Authenticated<KeyRecord>, expecting: UInt64)
  /// The same, and the material of every version, all aliases and all grants are gone for good. References to devices stay if the
  /// record has them.
  case destroyKey(Authenticated<KeyRecord>, expecting: UInt64)
  /// A new name for a key, if the stored record of that key is still of the generation `target` and the key then has no more
  /// than `KeyRecord.mostAliases`; `contention` otherwise.
  case createAlias(Authenticated<AliasRecord>, target: UInt64)
  /// Replaces an alias whose stored code is still `expecting`, if the key that gets it is of the generation `target` and then
  /// has no more than `KeyRecord.mostAliases`.
  case moveAlias(Authenticated<AliasRecord>, expecting: [UInt8], target: UInt64)
  /// Takes an alias away whose stored code is still `expecting`.
  case deleteAlias(KeyName, expecting: [UInt8])
  /// A grant of a key whose stored record is still of the generation `target`. A likeness is the same for grants that are one
  /// and the same if asked for twice: `contention` when the key has one with this likeness, or one of this id. `tooManyGrants`
  /// when it has `GrantRecord.mostOfKey` already.
  case createGrant(Authenticated<GrantRecord>, likeness: [UInt8]?, target: UInt64)
  /// Takes a grant away whose stored code is still `expecting`.
  case deleteGrant(GrantID, of: KeyID, expecting: [UInt8])
  /// A further custom key store of a keyring whose stores are still those of `seen`, each of that generation; `contention`
  /// otherwise, here and in the next two. So what was judged over all of them (their names, addresses and number) still
  /// holds when the change is made.
  case addCustomKeyStore(Authenticated<CustomKeyStore>, seen: [KeyStoreID: UInt64])
  /// Replaces everything of a custom key store that may change.
  case updateCustomKeyStore(Authenticated<CustomKeyStore>, seen: [KeyStoreID: UInt64])
  /// A custom key store and the secret of its credential are gone for good.
  case removeCustomKeyStore(KeyStoreID, in: Keyring, seen: [KeyStoreID: UInt64])
  /// A further identity. `contention` when its name is taken, or when what it refers to isn't there.
  case addIdentity(Authenticated<IdentityRecord>)
  /// Replaces everything of an identity that may change, if the stored record is still of that generation. `contention`
  /// otherwise, when its new name is taken, or when what it refers to isn't there.
  case updateIdentity(Authenticated<IdentityRecord>, expecting: UInt64)
  /// An identity is gone for good. `contention` when the stored record isn't of that generation, when another refers to it,
  /// or while it has access keys, client certificates or applications.
  case removeIdentity(IdentityID, expecting: UInt64)
  /// An access key for an identity that is still of the generation `owner` and then has no more than `most`; `contention`
  /// otherwise.
  case addAccessKey(Authenticated<AccessKeyRecord>, owner: UInt64, most: Int)
  /// Replaces an access key whose stored code is still `expecting`.
  case updateAccessKey(Authenticated<AccessKeyRecord>, expecting: [UInt8])
  /// An access key and its secret are gone for good.
  case removeAccessKey(String, expecting: [UInt8])
  /// A client certificate for an identity that is still of the generation `owner` and then has no more than `most` that
  /// weren't revoked; `contention` otherwise, and when there is one of that fingerprint, whosever it is.
  case addClientCertificate(Authenticated<ClientCertificate>, owner: UInt64, most: Int)
  /// Replaces a client certificate whose stored code is still `expecting`.
  case updateClientCertificate(Authenticated<ClientCertificate>, expecting: [UInt8])
  /// A client certificate is forgotten.
  case removeClientCertificate(CertificateFingerprint, expecting: [UInt8])
  /// A further vault; `contention` when its name is taken.
  case addVault(Authenticated<Vault>)
  /// Replaces everything of a vault that may change, if the stored record is still of that generation.
  case updateVault(Authenticated<Vault>, expecting: UInt64)
  /// An application for an identity that is still of the generation `owner` and then has no more than `most`; `contention`
  /// otherwise, and when there is one of that client id or object id.
  case addApplication(Authenticated<Application>, owner: UInt64, most: Int)
  /// Replaces everything of an application that may change, if the stored record is still of that generation.
  case updateApplication(Authenticated<Application>, expecting: UInt64)
  /// An application is gone for good.
  case removeApplication(GUID, expecting: UInt64)
  /// The next key by which tokens are signed, if the latest one is still `latest`; nil where there is none.
  case addTokenKey(Authenticated<TokenKey>, after: GUID?)
  /// A key of which no token is good any more is gone for good.
  case removeTokenKey(GUID)
  case addEpoch(EpochRecord)
  /// The same epochs under another root or for another recovery; how often they wrapped stays. `contention` when one isn't
  /// there.
  case rewrapEpochs([EpochRecord])
  /// In the place of what was noted before.
  case noteSeal(Authenticated<SealNote>)
  case rewrap(Rewrapping)
  case retireEpochs(EpochRetirement)
  case erasure(ErasureChange)
  /// Changes nothing, and fails with `tooManyKeys` if the keyring has more keys by now that are not destroyed. After a change
  /// that makes one, in the same transaction: however many are made at once, no more are than may be.
  case limitKeys(in: Keyring, most: Int)
  /// All of these one after the other, or none; fails as the first of them that can't be made.
  case together([StoreChange])
}
