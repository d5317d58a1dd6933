import KMSDomain

extension Desk {
  /// The opened material of a record, in whatever state it is: objects may be read that may not be used. nil when there is none.
  func openedMaterial(of record: KeyRecord) throws(KMSError) -> (any LiveKey)? {
    guard !record.state.isDestroyed, let version = record.version(record.current) else { return nil }
    if let warm = liveKeys.key(version.id) { return warm }
    let ticket = liveKeys.ticket()
    let isCurrent = keys.key(record.id)?.record.generation == record.generation
    guard let opened = try open(version, of: record) else { return nil }
    if isCurrent { liveKeys.keep(opened, ticket) }
    return opened
  }
}

extension Desk {
  private func open(_ version: KeyVersion, of record: KeyRecord) throws(KMSError) -> (any LiveKey)? {
    let identity = record.identity(of: version.id)
    if let material = version.material { return try custody.open(material, as: identity) }
    guard let publicKey = version.publicKey, record.kind == .publicKey else { return nil }
    return try custody.openPublic(publicKey, as: identity)
  }
}

extension KeyRecord {
  /// The record after an edit.
  /// - Throws: `object(.wrongState)` when one of the events can't happen, and for a change that can't be taken back any more.
  func edited(_ edit: ObjectEdit, at now: Instant) throws(KMSError) -> KeyRecord {
    if let undone = edit.undone { return try takenBack(undone) }
    var record = caughtUp(to: now)
    record.object = edit.object ?? record.object
    for event in edit.events {
      guard let next = record.state.after(event) else { throw .object(.wrongState(resourceName)) }
      record.state = next
    }
    // Whoever schedules without a date would have a key that nothing ever destroys.
    guard !edit.events.contains(.scheduleDeletion) || edit.deletion != nil else { throw .permitMismatch }
    record.deletionDate = record.state.isPendingDeletion ? edit.deletion ?? record.deletionDate : nil
    if edit.erases { record.eraseMaterial() }
    record.object?.dates.lastChange = now
    record.generation &+= 1
    return record
  }

  private func takenBack(_ undone: ObjectEdit.Undone) throws(KMSError) -> KeyRecord {
    let (before, after) = (undone.before, undone.after)
    guard object == after.object, state == after.state, versions == before.versions, pending == before.pending
    else { throw .object(.wrongState(resourceName)) }
    var record = self
    record.object = before.object
    record.state = before.state
    record.generation &+= 1
    return record
  }
}

extension Desk {
  /// An object as it is now.
  func object(_ id: KeyID) async throws(KMSError) -> ProtectedKey? {
    if let warm = keys.key(id) { return caughtUp(warm) }
    return try await load(id).map(caughtUp)
  }
}
