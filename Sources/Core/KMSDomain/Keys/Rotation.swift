/// New material for a key that stays the same key: it protects from then on, and what is older goes on processing what it
/// protected.
package struct RotationSchedule: Hashable, Sendable {
  /// Days between two rotations.
  package let periodDays: Int
  /// When the next one is due.
  package let next: Instant

  package init(periodDays: Int, next: Instant) {
    self.periodDays = periodDays
    self.next = next
  }

  /// From `start` on.
  package init(everyDays periodDays: Int, from start: Instant) {
    self.init(periodDays: periodDays, next: start.advanced(days: periodDays))
  }

  /// After a rotation at `now`: dates keep their distance, unless one was missed by more than a period. Then they count
  /// from now.
  package func following(_ now: Instant) -> RotationSchedule {
    let planned = RotationSchedule(everyDays: periodDays, from: next)
    return planned.next > now ? planned : RotationSchedule(everyDays: periodDays, from: now)
  }
}

/// What a version was made by. Raw values are stored.
package enum VersionCause: UInt8, CaseIterable, Sendable {
  /// The key was made with it.
  case creation = 1
  /// The key's schedule.
  case schedule = 2
  /// Somebody asked for it.
  case demand = 3
}

extension KeyRecord {
  /// The most rotations that can be asked for, in the whole life of a key.
  package static let mostRotationsOnDemand = 25
  /// A rotation can't be asked for when the schedule's own is this near, in seconds.
  package static let quietBeforeRotation: Int64 = 20 * 60

  /// Only material for symmetric encryption is replaced by more of the same: only there does a ciphertext say what it needs.
  package var canRotate: Bool { spec == .aes256 && usages.contains(.encrypt) }

  package var rotationsOnDemand: Int { versions.count { $0.cause == .demand } }

  /// Makes `version` the one that protects.
  package mutating func rotate(to version: KeyVersion) {
    versions.append(version)
    current = version.id
  }

  /// Makes the material that waits the one that protects; nothing when none does.
  package mutating func rotateToPending(at now: Instant) {
    guard let next = pending else { return }
    pending = nil
    rotate(
      to: KeyVersion(
        id: next.id, state: next.state, createdAt: now, material: next.material, publicKey: next.publicKey,
        fingerprint: next.fingerprint, cause: next.cause, expiry: next.expiry,
        description: next.description))
  }

  /// Absent while nothing was ever rotated, so that codes of rows from before there were rotations stay valid.
  func encodeRotation(into fields: inout CanonicalFields) {
    if let rotation {
      fields.add("rotation/1")
      fields.add(UInt64(clamping: rotation.periodDays))
      fields.add(rotation.next)
    }
    guard versions.contains(where: { $0.cause != .creation }) else { return }
    fields.add("causes/1")
    for version in versions { fields.add(UInt64(version.cause.rawValue)) }
  }
}
