package import KMSDomain

/// Gives the key new material now: fresh, or what was imported for this. Its schedule, if it has one, stays as it is.
package struct RotateKeyOnDemand: Operation {
  package let key: KeyReference
  package init(_ key: KeyReference) { self.key = key }

  package typealias Answer = KeyRecord

  package let operation = "RotateKeyOnDemand"
  package var asked: Asked { Asked(.rotateKeyOnDemand, named: key.asWritten) }
  package var references: [KeyReference] { [key] }

  package func prepare(_ desk: Desk) async throws(KMSError) -> Rotation {
    let key = try await desk.key(key)
    let version = key.record.pending?.id ?? VersionID(desk.randomness.bits128())
    return Rotation(key: key, version: version)
  }

  package func demands(_ prepared: Rotation, _ desk: Desk) -> Demands {
    Demands(
      Demand(
        .rotateKeyOnDemand, on: .key(prepared.key), named: key.asWritten, version: prepared.version))
  }

  package func perform(
    _ prepared: Rotation, _ permits: borrowing Permits, _ desk: Desk, _ caller: Caller
  ) throws(KMSError) -> Performed<KeyRecord> {
    let record = prepared.key.record
    guard record.rotationsOnDemand < KeyRecord.mostRotationsOnDemand else {
      throw .tooManyRotations(record.resourceName)
    }
    let soon = desk.clock.now().advanced(seconds: KeyRecord.quietBeforeRotation)
    if let schedule = record.rotation, schedule.next <= soon { throw .rotationImminent(record.resourceName) }
    return try prepared.perform(because: .demand, permits.first, desk)
  }
}

/// A key and the name of the version that it is to get.
package struct Rotation: Sendable {
  let key: ProtectedKey
  let version: VersionID

  /// Makes the material, or takes what waits; the permit is for that version.
  func perform(
    because cause: VersionCause, _ permit: borrowing Permit, _ desk: Desk
  ) throws(KMSError) -> Performed<KeyRecord> {
    var record = key.record
    let now = desk.clock.now()
    switch record.origin {
    case .generated:
      let made = try desk.custody.generate(record.identity(of: version), permit: permit)
      record.rotate(
        to: KeyVersion(
          id: version, state: .active, createdAt: now, material: made.wrapped, publicKey: made.publicKey,
          cause: cause))
    case .imported:
      try permit.check(.rotateKeyOnDemand, key: record.id, version: version)
      guard let next = record.pending, next.id == version, next.expiry.map({ $0 > now }) ?? true else {
        throw .noMaterialPending(record.resourceName)
      }
      record.rotateToPending(at: now)
    }
    if cause == .schedule { record.rotation = record.rotation?.following(now) }
    record.generation &+= 1
    return Performed(record, change: .updateKey(desk.seal(record), expecting: key.record.generation))
  }
}
