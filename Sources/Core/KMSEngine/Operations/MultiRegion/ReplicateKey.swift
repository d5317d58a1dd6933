package import KMSDomain

/// Makes a key of another Region that has the same identifier and the same material. Needs the right on the primary, and those
/// to make a key.
package struct ReplicateKey: Operation {
  package let key: KeyReference
  package let region: String
  package let description: String
  /// Each key once.
  package let tags: [Tag]
  /// nil: the account's default.
  package let policy: [UInt8]?
  package let bypassesLockoutCheck: Bool

  package init(
    _ key: KeyReference, region: String, description: String, tags: [Tag], policy: [UInt8]?,
    bypassesLockoutCheck: Bool
  ) {
    self.key = key
    self.region = region
    self.description = description
    self.tags = tags
    self.policy = policy
    self.bypassesLockoutCheck = bypassesLockoutCheck
  }

  package struct Prepared: Sendable {
    let source: ProtectedKey
    let relatives: [ProtectedKey]
    /// What has the name in the Region: a key, or one that was destroyed.
    let present: ProtectedKey?
    let replica: KeyID
    /// Whom its policy means; nil until somebody looked.
    var meant: [IdentityRecord.TrustedPrincipal]?
  }

  package typealias Answer = ProtectedKey

  package let operation = "ReplicateKey"
  package var asked: Asked { Asked(.replicateKey, named: key.asWritten) }
  package var references: [KeyReference] { [key] }
  package var details: [AuditRecord.Detail] { [AuditRecord.Detail(name: "replicaRegion", value: region)] }

  package func prepare(_ desk: Desk) async throws(KMSError) -> Prepared {
    let source = try await desk.key(key)
    return Prepared(
      source: source, relatives: try await desk.relatives(of: source),
      present: try await desk.key(named: source.record.name(in: region)),
      replica: KeyID(desk.randomness.bits128()))
  }

  /// The account's default names nobody.
  package var isCompletedOnceAllowed: Bool { policy != nil }

  package func complete(_ prepared: inout Prepared, _ desk: Desk) async throws(KMSError) {
    if let policy { prepared.meant = try await desk.meant(by: policy) }
  }

  package func demands(_ prepared: Prepared, _ desk: Desk) -> Demands {
    let source = prepared.source.record
    var replicate = RequestFacts()
    replicate.otherRegion = .replica(region)
    replicate.bypassesLockoutCheck = bypassesLockoutCheck
    var create = RequestFacts()
    create.newKeySpec = source.spec
    create.newKeyUsages = source.usages
    create.newKeyOrigin = source.origin
    create.newKeyring = source.home.kind
    create.newKeyReach = .replica
    create.bypassesLockoutCheck = bypassesLockoutCheck
    create.requestTags = tags.isEmpty ? nil : tags
    let new = ProtectedResource.newKey(account: source.home.account)
    let name = desk.vocabulary.keyResource(source.identifier, in: source.name(in: region).keyring)
    return Demands(
      Demand(.replicateKey, on: .key(prepared.source), named: key.asWritten, facts: replicate),
      Demand(.createKey, on: new, named: "", facts: create, newKey: prepared.replica, resolvedAs: name),
      tags.isEmpty
        ? nil
        : Demand(.tagResource, on: new, named: "", facts: create, newKey: prepared.replica, resolvedAs: name))
  }

  package func perform(
    _ prepared: Prepared, _ permits: borrowing Permits, _ desk: Desk, _ caller: Caller
  ) throws(KMSError) -> Performed<ProtectedKey> {
    let source = prepared.source.record
    try permits.first.check(.replicateKey, key: source.id, version: nil)
    try source.requirePrimary()
    guard let family = source.family?.adding(region) else { throw .keyNotPrimary(source.resourceName) }
    guard prepared.present?.record.state.isDestroyed ?? true else {
      throw .relatedKeyExists(
        desk.vocabulary.keyResource(source.identifier, in: source.name(in: region).keyring))
    }
    guard family.regions.count <= KeyFamily.mostKeys else { throw .tooManyReplicas(source.resourceName) }
    guard tags.count <= KeyRecord.mostTags else { throw .tooManyTags }
    guard policy == nil || prepared.meant != nil else { throw .permitMismatch }
    var record = draft(prepared.replica, of: source, in: family, desk)
    record.meant = prepared.meant ?? []
    let replica = try desk.protect(record)
    if policy != nil, !bypassesLockoutCheck { try desk.requireNoLockout(record, replica.policy, caller) }
    let new = prepared.present.map { StoreChange.recreateKey(desk.seal(record), after: $0.record.id) }
    let others = ([prepared.source] + prepared.relatives).map { key in desk.update(key) { $0.family = family }
    }
    let made = desk.limited(new ?? .createKey(desk.seal(record)), in: record.home)
    return Performed(replica, change: .together([made] + others))
  }

  private func draft(_ id: KeyID, of source: KeyRecord, in family: KeyFamily, _ desk: Desk) -> KeyRecord {
    let home = source.name(in: region).keyring
    return KeyRecord(
      id: id, home: home, identifier: source.identifier,
      resourceName: desk.vocabulary.keyResource(source.identifier, in: home), spec: source.spec,
      usages: source.usages, origin: source.origin, exportable: source.exportable,
      createdAt: desk.clock.now(), state: source.origin == .imported ? .pendingImport : .active,
      deletionDate: nil, description: description,
      tags: tags.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) },
      policy: policy ?? desk.vocabulary.defaultKeyPolicy(for: home.account),
      versions: versions(of: source), current: source.current, generation: 1, family: family)
  }

  /// The same material, wrapped as it is: the wrapping is bound to the family, not to one of its keys. Material that was
  /// brought in must be brought again, and the fingerprint tells whether it is the same.
  private func versions(of source: KeyRecord) -> [KeyVersion] {
    guard source.origin == .imported else { return source.versions }
    return source.versions.map { version in
      var copy = version
      copy.material = nil
      copy.publicKey = nil
      copy.expiry = nil
      return copy
    }
  }
}
