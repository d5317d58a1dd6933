import KMSDomain
import KMSSecrets

/// How the key of an epoch is kept: under the root that is in force, and once more for those who hold recovery shares. The one
/// place where an epoch's key is sealed and opened; whatever else it is to lie under goes between it and the roots here.
struct EpochSealing: Sendable {
  let roots: OpenSeal

  /// Under the root in force and for the recovery.
  func sealed(
    _ key: borrowing SecretBytes, _ id: EpochID, createdAt: Instant, wraps: UInt64
  ) throws(SealError) -> EpochRecord {
    var recoverable: [UInt8]?
    if let recovery = roots.recovery {
      recoverable = recovery.id.bits.bytes + (try recovery.seal(key, aad: aad(id)))
    }
    return EpochRecord(
      id: id, wrapped: try roots.root.seal(key, aad: aad(id)), recovery: recoverable, createdAt: createdAt,
      wraps: wraps)
  }

  /// - Throws: `rejected` for an epoch that none of the open roots opens.
  func opened(_ record: EpochRecord) throws(SealError) -> SecretBytes {
    let key = try openedByAny(record)
    guard key.count == Epoch.keyLength else { throw .rejected }
    return key
  }

  /// Whether nothing needs to be done to it: the root in force opens it, and so does the recovery that there is.
  func isUpToDate(_ record: EpochRecord) throws(SealError) -> Bool {
    guard isForRecovery(record) else { return false }
    do throws(SealError) {
      _ = try roots.root.open(record.wrapped, aad: aad(record.id))
      return true
    } catch .rejected {
      return false
    }
  }

  /// Whether the recovery that there is opens it too, as far as that can be known without the shares; true without a recovery.
  func isForRecovery(_ record: EpochRecord) -> Bool {
    guard let recovery = roots.recovery else { return true }
    return record.recovery?.starts(with: recovery.id.bits.bytes) ?? false
  }

  private func openedByAny(_ record: EpochRecord) throws(SealError) -> SecretBytes {
    do throws(SealError) {
      return try opened(record, by: roots.root)
    } catch .rejected {
      guard let other = roots.other else { throw .rejected }
      return try opened(record, by: other)
    }
  }

  private func opened(_ record: EpochRecord, by root: any Root) throws(SealError) -> SecretBytes {
    guard root is RecoveryRoot else { return try root.open(record.wrapped, aad: aad(record.id)) }
    guard let blob = record.recovery, isForRecovery(record) else { throw .rejected }
    return try root.open(Array(blob.dropFirst(RootID.length)), aad: aad(record.id))
  }

  private func aad(_ id: EpochID) -> [UInt8] { BlobIdentity.epoch(id, in: roots.store) }
}
