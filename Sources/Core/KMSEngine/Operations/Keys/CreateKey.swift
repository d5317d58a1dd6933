package import KMSDomain

/// Makes a key with its first version, which waits for its material if that is to be imported.
package struct CreateKey: Operation {
  package let home: Keyring
  package let spec: KeySpec
  package let usages: KeyUsages
  package let description: String
  /// Each key once.
  package let tags: [Tag]
  /// nil: the account's default.
  package let policy: [UInt8]?
  package let bypassesLockoutCheck: Bool
  /// nil: the material is custody's.
  package let place: KeyStorePlace?
  package let origin: KeyOrigin
  /// Whether keys of other Regions may get its material.
  package let isMultiRegion: Bool

  package init(
    home: Keyring, spec: KeySpec, usages: KeyUsages, description: String, tags: [Tag], policy: [UInt8]?,
    bypassesLockoutCheck: Bool, place: KeyStorePlace? = nil, origin: KeyOrigin = .generated,
    isMultiRegion: Bool = false
  ) {
    self.origin = origin
    self.isMultiRegion = isMultiRegion
    self.home = home
    self.spec = spec
    self.usages = usages
    self.description = description
    self.tags = tags
    self.policy = policy
    self.bypassesLockoutCheck = bypassesLockoutCheck
    self.place = place
  }

  package struct Prepared: Sendable {
    let key: KeyID
    let version: VersionID
    let identifier: String
    /// Whether its material will be made on a device.
    let isElsewhere: Bool
    /// Why there can be no key; for those who may make one.
    let refusal: KMSError?
    /// Whom its policy means; nil until somebody looked.
    var meant: [IdentityRecord.TrustedPrincipal]?
  }

  package let operation = "CreateKey"
  package var asked: Asked { Asked(.createKey, named: "") }
  package var details: [AuditRecord.Detail] {
    place.map { [AuditRecord.Detail(name: "keyStore", value: $0.store.asWritten)] } ?? []
  }

  package func prepare(_ desk: Desk) async throws(KMSError) -> Prepared {
    var refusal: KMSError?
    if let place { refusal = try await desk.customKeyStores(in: place.store.keyring).refusal(of: place) }
    let name = desk.randomness.bits128()
    return Prepared(
      key: KeyID(desk.randomness.bits128()), version: VersionID(desk.randomness.bits128()),
      identifier: isMultiRegion ? KeyFamily.identifier(name) : name.uuid,
      isElsewhere: desk.custody.makesKeysElsewhere(at: .usual), refusal: refusal)
  }

  /// The account's default names nobody.
  package var isCompletedOnceAllowed: Bool { policy != nil }

  package func complete(_ prepared: inout Prepared, _ desk: Desk) async throws(KMSError) {
    if let policy { prepared.meant = try await desk.meant(by: policy) }
  }

  package func demands(_ prepared: Prepared, _ desk: Desk) -> Demands {
    var facts = RequestFacts()
    facts.newKeySpec = spec
    facts.newKeyUsages = usages
    // No key has the origin of a custom key store yet: conditions don't find one.
    facts.newKeyOrigin = place == nil ? origin : nil
    facts.newKeyring = home.kind
    facts.newKeyReach = isMultiRegion ? .primary : .singleRegion
    facts.bypassesLockoutCheck = bypassesLockoutCheck
    facts.requestTags = tags.isEmpty ? nil : tags
    let resource = ProtectedResource.newKey(account: home.account)
    let create = Demand(
      .createKey, on: resource, named: "", facts: facts, version: prepared.version, newKey: prepared.key,
      resolvedAs: desk.vocabulary.keyResource(prepared.identifier, in: home))
    guard !tags.isEmpty else { return Demands(create) }
    return Demands(create, Demand(.tagResource, on: resource, named: "", facts: facts, newKey: prepared.key))
  }

  package func isSlow(_ prepared: Prepared) -> Bool {
    origin == .generated && (prepared.isElsewhere || spec.isSlow(.createKey))
  }

  package func perform(
    _ prepared: Prepared, _ permits: borrowing Permits, _ desk: Desk, _ caller: Caller
  ) throws(KMSError) -> Performed<ProtectedKey> {
    if let refusal = prepared.refusal { throw refusal }
    guard tags.count <= KeyRecord.mostTags else { throw .tooManyTags }
    let document = policy ?? desk.vocabulary.defaultKeyPolicy(for: home.account)
    guard policy == nil || prepared.meant != nil else { throw .permitMismatch }
    var record = draft(prepared, document, desk)
    record.meant = prepared.meant ?? []
    let compiled = try desk.policies.compiled(document, with: desk.vocabulary)
    if policy != nil, !bypassesLockoutCheck { try desk.requireNoLockout(record, compiled, caller) }
    switch origin {
    case .generated:
      let made = try desk.custody.generate(record.identity(of: prepared.version), permit: permits.first)
      record.versions[0].material = made.wrapped
      record.versions[0].publicKey = made.publicKey
    case .imported: try requireImport(prepared, permits.first, desk)
    }
    let change = desk.limited(.createKey(desk.seal(record)), in: home)
    return Performed(desk.protect(record, compiled), change: change)
  }

  /// A key that could never be used isn't made.
  private func requireImport(
    _ prepared: Prepared, _ permit: borrowing Permit, _ desk: Desk
  ) throws(KMSError) {
    try permit.check(.createKey, key: prepared.key, version: prepared.version)
    switch desk.custody.availability(of: spec, for: usages) {
    case .available: return
    case .unavailable(let reason): throw .unsupportedAlgorithm(reason)
    }
  }

  private func draft(_ prepared: Prepared, _ policy: [UInt8], _ desk: Desk) -> KeyRecord {
    let now = desk.clock.now()
    return KeyRecord(
      id: prepared.key, home: home, identifier: prepared.identifier,
      resourceName: desk.vocabulary.keyResource(prepared.identifier, in: home), spec: spec, usages: usages,
      origin: origin, exportable: false, createdAt: now,
      state: origin == .generated ? .active : .pendingImport, deletionDate: nil,
      description: description, tags: tags.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) },
      policy: policy,
      versions: [KeyVersion(id: prepared.version, state: .active, createdAt: now, material: nil)],
      current: prepared.version, generation: 1,
      family: isMultiRegion ? KeyFamily(material: prepared.key, primaryRegion: home.region) : nil)
  }
}
