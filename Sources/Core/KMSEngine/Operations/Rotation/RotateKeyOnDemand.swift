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
    return try await Rotation(of: key, version: key.record.pending?.id, desk)
  }

  package func isSlow(_ prepared: Rotation) -> Bool { prepared.isElsewhere }

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
  /// Those that follow it, which get the same version.
  private let relatives: [ProtectedKey]
  let version: VersionID
  /// Whether material is to be made on a device.
  let isElsewhere: Bool

  /// - Parameter version: of material that waits; nil for material that is to be made.
  init(of key: ProtectedKey, version: VersionID? = nil, _ desk: Desk) async throws(KMSError) {
    self.key = key
    relatives = try await desk.relatives(of: key)
    self.version = version ?? VersionID(desk.randomness.bits128())
    isElsewhere = version == nil && desk.custody.makesKeysElsewhere(at: .usual)
  }

  /// Makes the material, or takes what waits; the permit is for that version.
  func perform(
    because cause: VersionCause, _ permit: borrowing Permit, _ desk: Desk
  ) throws(KMSError) -> Performed<KeyRecord> {
    var record = key.record
    let now = desk.clock.now()
    let added: KeyVersion
    switch record.origin {
    case .generated:
      let made = try desk.custody.generate(record.identity(of: version), permit: permit)
      added = KeyVersion(
        id: version, state: .active, createdAt: now, material: made.wrapped, publicKey: made.publicKey,
        cause: cause)
      record.rotate(to: added)
    case .imported:
      try permit.check(.rotateKeyOnDemand, key: record.materialKey, version: version)
      guard let next = record.pending, next.id == version, next.expiry.map({ $0 > now }) ?? true else {
        throw .noMaterialPending(record.resourceName)
      }
      guard relatives.isEmpty else { throw KeyRecord.newMaterialForFamily }
      added = next
      record.rotateToPending(at: now)
    }
    if cause == .schedule { record.rotation = record.rotation?.following(now) }
    record.generation &+= 1
    let change = StoreChange.updateKey(desk.seal(record), expecting: key.record.generation)
    let others = relatives.map { key in desk.update(key) { $0.rotate(to: added) } }
    return Performed(record, change: .together([change] + others))
  }
}
