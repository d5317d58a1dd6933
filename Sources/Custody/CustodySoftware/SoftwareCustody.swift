package import KMSDomain
import KMSSecrets
import KMSSystem
import Synchronization

/// Custody in this process: libcrypto does the work, a seal guards the root, the store keeps what is wrapped.
///
/// One object implements all of custody's ports, in one file each. It keeps no list of open keys: a `LiveKey`
/// belongs to whoever opened it.
package final class SoftwareCustody: Sendable {
  let store: Bits128
  let storeKeys: StoreKeys
  /// Changes when a root or the recovery is replaced.
  let openSeal: Mutex<OpenSeal>
  let epochs: Epochs
  /// nil: epochs are under the root alone, and nothing is ever erased.
  let erasure: ErasureSecrets?
  /// nil: every RSA key is made when it is asked for.
  let stock: KeyPairStock?
  package let legacy: LegacyAlgorithms
  let elsewhere: KeysElsewhere

  /// Opens all epochs.
  /// - Parameter stockDepth: how many RSA key pairs of each size are kept ready.
  /// - Parameter legacy: what the operator permits of algorithms that protect too little.
  /// - Parameter erasure: what epochs are under besides the root.
  /// - Parameter elsewhere: the device that keeps keys.
  /// - Throws: `SealError`; `KMSError.corrupt(.epoch)` when an epoch isn't one of this store's.
  package init(
    _ seal: OpenSeal, epochs stored: [EpochRecord], limits: EpochLimits = .standard, stockDepth: Int = 0,
    legacy: LegacyAlgorithms = .none, erasure: ErasureSecrets? = nil, elsewhere: KeysElsewhere = .none
  ) throws {
    store = seal.store
    storeKeys = try SoftwareCustody.keys(of: seal)
    openSeal = Mutex(seal)
    self.legacy = legacy
    self.erasure = erasure
    self.elsewhere = elsewhere
    epochs = Epochs(limits: limits)
    stock = stockDepth > 0 ? KeyPairStock(depth: stockDepth) : nil
    for record in stored { try adopt(record) }
  }

  /// The same, and opens the seal before it.
  package convenience init(
    seal: any Seal, sealed: SealFile, storeID: Bits128, epochs stored: [EpochRecord],
    limits: EpochLimits = .standard, stockDepth: Int = 0, legacy: LegacyAlgorithms = .none,
    erasure: ErasureSecrets? = nil, elsewhere: KeysElsewhere = .none
  ) throws {
    guard OpenSSL.start() else { throw SealError.cryptoUnavailable }
    try self.init(
      OpenSeal(sealed, by: seal, for: storeID), epochs: stored, limits: limits, stockDepth: stockDepth,
      legacy: legacy, erasure: erasure, elsewhere: elsewhere)
  }

  /// Makes the root and the store secret of a new store, and its first epoch. Nothing is written: the caller stores both, and
  /// loses everything that follows if it loses the seal file.
  /// - Parameter other: the store whose secret this one is to have too; nil makes one.
  /// - Parameter erasure: what the epoch is to be under besides the root.
  /// - Throws: `SealError`; `KMSError.custodyUnavailable`.
  package static func initialise(
    seal: any Seal, storeID: Bits128, now: Instant, secretOf other: OpenSeal? = nil,
    erasure: ErasureSecrets? = nil
  ) throws -> (SealFile, EpochRecord) {
    guard OpenSSL.start() else { throw SealError.cryptoUnavailable }
    let open = try OpenSeal(new: seal.make(for: storeID), for: storeID, secretOf: other)
    return (open.file, try firstEpoch(under: open, erasure, now: now))
  }

  /// The first epoch of a store that is being made.
  package static func firstEpoch(
    under seal: OpenSeal, _ erasure: ErasureSecrets?, now: Instant
  ) throws(KMSError) -> EpochRecord {
    try newEpoch(EpochID(1), EpochSealing(roots: seal, erasure: erasure), now: now)
  }

  private static func keys(of seal: OpenSeal) throws(SealError) -> StoreKeys {
    do throws(CryptoFailure) {
      return try StoreKeys(secret: seal.storeSecret.bytes, store: seal.store)
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
    return try SoftwareCustody.newEpoch(EpochID(last + 1), sealing, now: now)
  }

  package func adopt(_ record: EpochRecord) throws(KMSError) {
    let key: SecretBytes
    do throws(SealError) {
      key = try sealing.opened(record)
    } catch {
      throw SoftwareCustody.epochError(error)
    }
    do throws(CryptoFailure) {
      epochs.adopt(try Epoch(record.id, key: key, store: store, erasure: record.erasure), wraps: record.wraps)
    } catch {
      throw .custodyUnavailable
    }
  }

  private static func newEpoch(
    _ id: EpochID, _ sealing: EpochSealing, now: Instant
  ) throws(KMSError) -> EpochRecord {
    let key: SecretBytes
    do throws(CryptoFailure) {
      key = try RandomBytes.secret(Epoch.keyLength)
    } catch {
      throw .custodyUnavailable
    }
    do throws(SealError) {
      return try sealing.sealed(key, id, createdAt: now)
    } catch {
      throw epochError(error)
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
