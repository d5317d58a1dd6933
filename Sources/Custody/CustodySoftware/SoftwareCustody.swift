package import KMSDomain
import KMSSecrets
import KMSSystem

/// Custody in this process: libcrypto does the work, a seal guards the root key, the store keeps what is
/// wrapped.
///
/// One object implements all of custody's ports, in one file each. It keeps no list of open keys: a `LiveKey`
/// belongs to whoever opened it.
package final class SoftwareCustody: Sendable {
  let store: Bits128
  let root: RootKeys
  let epochs: Epochs
  /// nil: every RSA key is made when it is asked for.
  let stock: KeyPairStock?
  package let legacy: LegacyAlgorithms
  let elsewhere: KeysElsewhere

  /// Opens the seal and all epochs.
  /// - Parameter stockDepth: how many RSA key pairs of each size are kept ready.
  /// - Parameter legacy: what the operator permits of algorithms that protect too little.
  /// - Parameter elsewhere: the device that keeps keys.
  /// - Throws: `SealError`; `KMSError.corrupt(.epoch)` when an epoch isn't one of this store's.
  package init(
    seal: any Seal, sealed: SealedRoot, storeID: Bits128, epochs stored: [EpochRecord],
    limits: EpochLimits = .standard, stockDepth: Int = 0, legacy: LegacyAlgorithms = .none,
    elsewhere: KeysElsewhere = .none
  ) throws {
    guard OpenSSL.start() else { throw SealError.cryptoUnavailable }
    store = storeID
    root = try SoftwareCustody.keys(of: seal.unseal(sealed, for: storeID), storeID)
    self.legacy = legacy
    self.elsewhere = elsewhere
    epochs = Epochs(limits: limits)
    stock = stockDepth > 0 ? KeyPairStock(depth: stockDepth) : nil
    for record in stored { try adopt(record) }
  }

  /// Makes the root key of a new store, and its first epoch. Nothing is written: the caller stores both, and
  /// loses everything that follows if it loses the sealed root.
  /// - Throws: `SealError`; `KMSError.custodyUnavailable`.
  package static func initialise(
    seal: any Seal, storeID: Bits128, now: Instant
  ) throws -> (SealedRoot, EpochRecord) {
    guard OpenSSL.start() else { throw SealError.cryptoUnavailable }
    let root: SecretBytes
    do throws(CryptoFailure) {
      root = try RandomBytes.secret(RootKeys.rootLength)
    } catch {
      throw SealError.cryptoUnavailable
    }
    let sealed = try seal.seal(root, for: storeID)
    return (sealed, try newEpoch(EpochID(1), under: keys(of: root, storeID), in: storeID, now: now))
  }

  private static func keys(of root: borrowing SecretBytes, _ store: Bits128) throws(SealError) -> RootKeys {
    do throws(CryptoFailure) {
      return try RootKeys(root: root, store: store)
    } catch {
      throw .cryptoUnavailable
    }
  }
}

extension SoftwareCustody: EpochCustody {
  package var needsNewEpoch: Bool { epochs.needsNew }

  package func makeEpoch(now: Instant, permit: borrowing Permit) throws(KMSError) -> EpochRecord {
    try permit.check(.renewEpoch, key: nil, version: nil)
    let last = epochs.newest?.number ?? 0
    guard last < .max else { throw .custodyUnavailable }
    return try SoftwareCustody.newEpoch(EpochID(last + 1), under: root, in: store, now: now)
  }

  package func adopt(_ record: EpochRecord) throws(KMSError) {
    do throws(CryptoFailure) {
      let key = try root.epochs.open(record.wrapped, aad: BlobIdentity.epoch(record.id, in: store))
      guard key.count == Epoch.keyLength else { throw .rejected }
      epochs.adopt(try Epoch(record.id, key: key, store: store), wraps: record.wraps)
    } catch {
      throw error == .rejected ? .corrupt(.epoch) : .custodyUnavailable
    }
  }

  private static func newEpoch(
    _ id: EpochID, under root: RootKeys, in store: Bits128, now: Instant
  ) throws(KMSError) -> EpochRecord {
    do throws(CryptoFailure) {
      let key = try RandomBytes.secret(Epoch.keyLength)
      let wrapped = try root.epochs.seal(key, aad: BlobIdentity.epoch(id, in: store))
      return EpochRecord(id: id, wrapped: wrapped, createdAt: now, wraps: 0)
    } catch {
      throw .custodyUnavailable
    }
  }
}

extension SoftwareCustody {
  package var status: CustodyStatus {
    let memory = SecretMemory.statistics
    let providers = [OpenSSL.version, elsewhere.device?.provider].compactMap { $0 }
    return CustodyStatus(
      kind: elsewhere.takesNewKeys ? "hsm" : "software", provider: providers.joined(separator: "; "),
      epoch: epochs.newest ?? EpochID(0), lockedBytes: memory.locked, unlockedBytes: memory.beyondLock)
  }
}
