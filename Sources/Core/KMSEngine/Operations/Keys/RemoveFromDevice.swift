package import KMSDomain

/// Removes from a device the material of a destroyed key, and then forgets where it was.
///
/// In that order: whatever comes between, the reference is there until the object is gone, and removing it again is no fault. What
/// another key refers to as well stays, whatever the records of their family say. No key begins to refer to it meanwhile, because
/// only a living one can be replicated, and that counts.
package struct RemoveFromDevice: Operation {
  package struct Prepared: Sendable {
    let key: ProtectedKey
    /// What nothing else refers to.
    let alone: [KeyVersion]
    let shared: [KeyVersion]
  }

  private let key: KeyID
  private let custody: any DeviceCustody

  package init(_ key: KeyID, from custody: any DeviceCustody) {
    self.key = key
    self.custody = custody
  }

  package let operation = "RemoveFromDevice"
  package var asked: Asked { Asked(.removeFromDevice, named: key.bits.hex) }

  package func prepare(_ desk: Desk) async throws(KMSError) -> Prepared {
    guard let key = try await desk.load(key) else { throw .keyNotFound(key.bits.hex) }
    var (alone, shared): ([KeyVersion], [KeyVersion]) = ([], [])
    for version in key.record.versionsAwaitingRemoval {
      if try await desk.store.references(to: version.id) == 1 {
        alone.append(version)
      } else {
        shared.append(version)
      }
    }
    return Prepared(key: key, alone: alone, shared: shared)
  }

  package func demands(_ prepared: Prepared, _ desk: Desk) -> Demands {
    let resource = ProtectedResource.key(prepared.key)
    // Nothing else is left to be done to a destroyed key.
    return Demands(
      Demand(.removeFromDevice, on: resource, named: key.bits.hex, anyState: true),
      and: prepared.alone.map { version in
        Demand(.removeFromDevice, on: resource, named: key.bits.hex, version: version.id, anyState: true)
      })
  }

  /// A device takes its time.
  package func isSlow(_ prepared: Prepared) -> Bool { !prepared.alone.isEmpty }

  /// - Returns: how many versions' material was removed.
  package func perform(
    _ prepared: Prepared, _ permits: borrowing Permits, _ desk: Desk, _ caller: Caller
  ) throws(KMSError) -> Performed<Int> {
    try permits.first.check(.removeFromDevice, key: prepared.key.record.id, version: nil)
    var record = prepared.key.record
    for (place, version) in prepared.alone.enumerated() {
      guard let material = version.material else { continue }
      let identity = record.identity(of: version.id)
      try permits.with(place + 1) { (permit: borrowing Permit) throws(KMSError) in
        try custody.remove(material, as: identity, permit: permit)
      }
      record.forgetReference(of: version.id)
    }
    for version in prepared.shared { record.forgetReference(of: version.id) }
    guard record != prepared.key.record else { return Performed(0) }
    record.generation &+= 1
    return Performed(
      prepared.alone.count,
      change: .updateKey(desk.seal(record), expecting: prepared.key.record.generation),
      details: details(of: record, prepared))
  }

  /// For certificates of destruction: only what is nowhere any more.
  private func details(of record: KeyRecord, _ prepared: Prepared) -> [AuditRecord.Detail] {
    let counts = [
      AuditRecord.Detail(name: "removed", value: String(prepared.alone.count)),
      AuditRecord.Detail(name: "leftToOthers", value: String(prepared.shared.count)),
    ]
    return counts
      + (!prepared.alone.isEmpty && prepared.shared.isEmpty
        ? [AuditRecord.Detail("removedKeys", naming: [record])] : [])
  }
}
