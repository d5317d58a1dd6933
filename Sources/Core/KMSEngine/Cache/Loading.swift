import KMSBytes
package import KMSDomain

/// Reading keys: from the caches where they are warm, from the store where they are not. Nothing is believed that the store
/// returns until its code is checked.
extension Desk {
  /// The key that the caller pointed at.
  /// - Throws: `keyNotFound` or `aliasNotFound` in the caller's words; `corrupt`.
  package func key(_ reference: KeyReference) async throws(KMSError) -> ProtectedKey {
    if let warm = warmKey(reference.target) { return warm }
    switch reference.target {
    case .id(let id):
      guard let key = try await load(id) else { throw .ciphertextKeyInaccessible }
      return caughtUp(key)
    case .name(let name):
      guard let key = try await key(named: name) ?? imagined[name] else { throw Desk.absent(reference, name) }
      return caughtUp(key)
    }
  }

  /// What dates alone have changed since the record was written.
  func caughtUp(_ key: ProtectedKey) -> ProtectedKey {
    key.nextTransition == .distantFuture ? key : key.caughtUp(to: clock.now())
  }

  package func warmKey(_ target: KeyReference.Target) -> ProtectedKey? {
    switch target {
    case .id(let id): keys.key(id).map(caughtUp)
    case .name(let name): keys.key(named: name).map(caughtUp)
    }
  }

  private static func absent(_ reference: KeyReference, _ name: KeyName) -> KMSError {
    switch name.space {
    case .identifier, .given: .keyNotFound(reference.asWritten)
    case .alias: .aliasNotFound(reference.asWritten)
    }
  }

  /// Concurrent loads of one key share a read of the store.
  package func load(_ id: KeyID) async throws(KMSError) -> ProtectedKey? {
    let ticket = keys.ticket(for: id)
    return try await keys.flights.run(KeyCache.Flight(key: id, ticket: ticket)) {
      do throws(KMSError) {
        return .success(try await self.read(id, ticket))
      } catch {
        return .failure(error)
      }
    }
  }

  private func read(_ id: KeyID, _ ticket: KeyCache.Ticket) async throws(KMSError) -> ProtectedKey? {
    guard let stored = try await store.key(id) else { return nil }
    let hasGrants = try await !store.grants(of: id, to: nil, after: nil, limit: 1).isEmpty
    let key = try protect(stored, grants: hasGrants ? GrantShelf() : nil)
    guard key.record.id == id else { throw .corrupt(.keyRecord) }
    keys.keep(key, ticket)
    return key
  }

  /// The key of an identifier, or the one that an alias stands for.
  func key(named name: KeyName) async throws(KMSError) -> ProtectedKey? {
    if let warm = keys.key(named: name) { return warm }
    let ticket = keys.ticketForNames()
    guard let id = try await resolve(name) else { return nil }
    guard let key = try await keyBehind(id) else { return nil }
    if name.space == .identifier {
      // The name row itself carries no code: the record says which name it has.
      guard key.record.identifier == name.text, key.record.home.isWithin(name.keyring) else {
        throw .corrupt(.keyRecord)
      }
      guard key.record.answers(to: name) else { return nil }
    }
    keys.keep(name, id, ticket)
    return key
  }

  private func keyBehind(_ id: KeyID) async throws(KMSError) -> ProtectedKey? {
    if let warm = keys.key(id) { return warm }
    return try await load(id)
  }

  private func resolve(_ name: KeyName) async throws(KMSError) -> KeyID? {
    switch name.space {
    case .identifier:
      if let key = try await store.key(named: name) { return key.record.id }
      // One key serves every protocol: what was made over another is found by its identifier.
      guard name.keyring.kind == .kmip else { return nil }
      for kind in [Keyring.Kind.aws, .vault, .managedHSM] {
        let place = Keyring(account: name.keyring.account, region: name.keyring.region, kind: kind)
        if let key = try await store.key(named: KeyName(.identifier, name.text, in: place)) {
          return key.record.id
        }
      }
      return nil
    case .given: return try await store.key(named: name)?.record.id
    case .alias: return try await alias(name)?.record.target
    }
  }

  /// The alias of that name, checked, with the code that says which alias it was; nil when there is none.
  package func alias(_ name: KeyName) async throws(KMSError) -> Authenticated<AliasRecord>? {
    guard let stored = try await store.alias(name) else { return nil }
    let alias = try unseal(stored, .aliasRecord)
    guard alias.name == name else { throw .corrupt(.aliasRecord) }
    return stored
  }

  /// A stored record, checked, with its policy compiled.
  private func protect(
    _ stored: Authenticated<KeyRecord>, grants: GrantShelf?
  ) throws(KMSError) -> ProtectedKey {
    let record = try unseal(stored, .keyRecord)
    do throws(KMSError) {
      return protect(record, try policies.compiled(record.policy, with: vocabulary), grants: grants)
    } catch {
      // It compiled when it was put there, and nobody edited it: this version can't read it any more.
      throw .corrupt(.policy)
    }
  }

  /// A record of our own making with its policy compiled.
  func protect(_ record: KeyRecord) throws(KMSError) -> ProtectedKey {
    protect(record, try policies.compiled(record.policy, with: vocabulary))
  }

  func protect(_ record: KeyRecord, _ policy: Policy, grants: GrantShelf? = nil) -> ProtectedKey {
    ProtectedKey(
      record: record, policy: policy,
      materialNames: record.materials.map { version in
        switch record.origin {
        case .generated: materialName(record.materialKey, version.id)
        case .imported: version.materialName
        }
      }, grants: grants, notes: record.object.flatMap { notes.read($0.notes) })
  }

  private func materialName(_ key: KeyID, _ version: VersionID) -> String {
    var fields = CanonicalFields()
    fields.add("material-name/1")
    fields.add(key.bits)
    fields.add(version.bits)
    return Hex.string(authenticator.code(for: fields.bytes))
  }

  /// The opened material of one version; nil when the key's state or the version's keeps it shut.
  ///
  /// A key pair is tested first, which takes milliseconds for the largest, once until the cache has forgotten it. That doesn't wait
  /// in line with slow work: the record could grow old there before anybody has judged the caller.
  package func liveKey(_ version: VersionID, of record: KeyRecord) throws(KMSError) -> (any LiveKey)? {
    guard record.state == .active || record.state == .deactivated || record.state == .compromised else {
      return nil
    }
    guard let found = record.version(version), found.state.mayProcess, let material = found.material else {
      return nil
    }
    if let warm = liveKeys.key(version) { return warm }
    // The ticket first: a change forgets the record before it forgets the material, so either the record is no longer the
    // cached one here, or the ticket is void when it comes to keeping.
    let ticket = liveKeys.ticket()
    let isCurrent = keys.key(record.id)?.record.generation == record.generation
    let opened = try custody.open(material, as: record.identity(of: version))
    if isCurrent { liveKeys.keep(opened, ticket) }
    return opened
  }

  /// Like `liveKey`, but only from the cache.
  package func warmLiveKey(_ version: VersionID, of key: ProtectedKey) -> (any LiveKey)? {
    key.mayProcess(with: version) ? liveKeys.key(version) : nil
  }
}

extension KeyRecord {
  /// Whether an identifier of a keyring may mean it: of what is in a vault, only keys are known outside.
  fileprivate func answers(to name: KeyName) -> Bool {
    guard object?.place != nil, name.keyring.kind != home.kind else { return true }
    return kind == .symmetricKey || kind == .privateKey
  }
}
