import KMSBytes
import KMSDomain
import KMSSecrets

/// How the key of an epoch is kept: under an erasure secret; what that gives under the root that is in force, and once more for
/// those who hold recovery shares. The one place where an epoch's key is sealed and opened.
///
/// The recovery has no more than the root: whoever has an old copy of the store and the shares needs the erasure secret too.
struct EpochSealing: Sendable {
  let roots: OpenSeal
  /// nil: there are none, and epochs are under the roots alone.
  let erasure: ErasureSecrets?

  /// A new epoch: under the erasure secret in use, the root in force and for the recovery.
  func sealed(
    _ key: borrowing SecretBytes, _ id: EpochID, createdAt: Instant
  ) throws(SealError) -> EpochRecord {
    guard let current = erasure?.current else {
      return try underRoots(key, id, createdAt: createdAt, wraps: 0, erasure: nil)
    }
    let inner: SecretBytes
    do throws(CryptoFailure) {
      inner = SecretBytes(public: try current.seal(key, aad: aad(id)))
    } catch {
      throw .cryptoUnavailable
    }
    return try underRoots(inner, id, createdAt: createdAt, wraps: 0, erasure: current.facts.id)
  }

  /// The same epoch under the root in force and for the recovery. What is below the roots stays as it is, and isn't opened.
  /// - Throws: `rejected` for an epoch that none of the open roots opens.
  func resealed(_ record: EpochRecord) throws(SealError) -> EpochRecord {
    try underRoots(
      try openedByAny(record), record.id, createdAt: record.createdAt, wraps: record.wraps,
      erasure: record.erasure)
  }

  /// The key.
  /// - Throws: `rejected` for an epoch that none of the open roots opens, or whose erasure secret isn't there.
  func opened(_ record: EpochRecord) throws(SealError) -> SecretBytes {
    let key = try withoutErasure(try openedByAny(record), record)
    guard key.count == Epoch.keyLength else { throw .rejected }
    return key
  }

  /// The same as it is to be stored: under the root in force, for the recovery that there is, with a code.
  /// - Returns: nil where nothing needs to be done to it.
  func renewed(_ record: EpochRecord) throws(SealError) -> EpochRecord? {
    guard try isSealed(record) else { return try resealed(record) }
    return record.code == nil ? try coded(record) : nil
  }

  private func isSealed(_ record: EpochRecord) throws(SealError) -> Bool {
    try check(record)
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
}

// MARK: - The layers

extension EpochSealing {
  private func underRoots(
    _ inner: borrowing SecretBytes, _ id: EpochID, createdAt: Instant, wraps: UInt64, erasure: Bits128?
  ) throws(SealError) -> EpochRecord {
    var recoverable: [UInt8]?
    if let recovery = roots.recovery {
      recoverable = recovery.id.bits.bytes + (try recovery.seal(inner, aad: aad(id)))
    }
    return try coded(
      EpochRecord(
        id: id, wrapped: try roots.root.seal(inner, aad: aad(id)), recovery: recoverable,
        createdAt: createdAt,
        wraps: wraps, erasure: erasure))
  }

  private func openedByAny(_ record: EpochRecord) throws(SealError) -> SecretBytes {
    try check(record)
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

  private func withoutErasure(
    _ inner: consuming SecretBytes, _ record: EpochRecord
  ) throws(SealError) -> SecretBytes {
    guard let id = record.erasure else { return inner }
    guard let secret = erasure?[id] else { throw .rejected }
    do throws(CryptoFailure) {
      return try secret.open(inner.plain, aad: aad(record.id))
    } catch {
      throw error == .rejected ? .rejected : .cryptoUnavailable
    }
  }
}

// MARK: - Codes

extension EpochSealing {
  /// The same with a code, as of the seal file that there is.
  /// - Throws: `rejected` for one that has to have a code and has none, or another's.
  func coded(_ record: EpochRecord) throws(SealError) -> EpochRecord {
    let bare = EpochRecord(
      id: record.id, wrapped: record.wrapped, recovery: record.recovery, createdAt: record.createdAt,
      wraps: record.wraps, erasure: record.erasure, seal: roots.file.generation)
    return EpochRecord(
      id: bare.id, wrapped: bare.wrapped, recovery: bare.recovery, createdAt: bare.createdAt,
      wraps: bare.wraps, erasure: bare.erasure, seal: bare.seal, code: try code(for: bare))
  }

  /// What opens an epoch doesn't vouch for it: everybody can seal for the recovery, whose key is public.
  /// - Throws: `rejected` for a record that isn't as this store wrote it, or that was sealed under a later seal file.
  func check(_ record: EpochRecord) throws(SealError) {
    guard let code = record.code else {
      // Only stores from before there were generations have epochs without a code.
      guard roots.file.generation == 0 else { throw .rejected }
      return
    }
    guard record.seal <= roots.file.generation, ConstantTime.equal(code, try self.code(for: record))
    else { throw .rejected }
  }

  private func code(for record: EpochRecord) throws(SealError) -> [UInt8] {
    do throws(CryptoFailure) {
      let key = try StoreKeys.records(roots.storeSecret.bytes, store: roots.store)
      return try key.code(for: record.canonicalBytes.span)
    } catch {
      throw .cryptoUnavailable
    }
  }

  private func aad(_ id: EpochID) -> [UInt8] { BlobIdentity.epoch(id, in: roots.store) }
}
