import KMSDomain
import KMSSecrets
import Synchronization

/// One wrapping-key epoch, open. Keys, credentials, import keys and sessions are wrapped by keys of their own, derived from
/// the epoch's.
final class Epoch: Sendable {
  static let keyLength = 32
  let id: EpochID
  let keys: WrappingKey
  let credentials: WrappingKey
  /// For the private halves of import keys, which travel in tokens.
  let imports: WrappingKey
  /// For what travels in the tokens of sessions; not counted, for each token has a key of its own.
  let sessions: SessionKeys
  /// What stays of it when it goes.
  let remains: Secret
  /// See `EpochRecord.erasure`.
  let erasure: Bits128?

  init(
    _ id: EpochID, key: borrowing SecretBytes, store: Bits128, erasure: Bits128?
  ) throws(CryptoFailure) {
    self.id = id
    self.erasure = erasure
    keys = WrappingKey(try Derivation.key(from: key, label: "claviger/epoch/keys", context: store.bytes))
    credentials = WrappingKey(
      try Derivation.key(from: key, label: "claviger/epoch/credentials", context: store.bytes))
    let sessionKey = Secret(
      try Derivation.key(from: key, label: "claviger/epoch/sessions", context: store.bytes))
    let importKey = Secret(
      try Derivation.key(from: key, label: "claviger/epoch/imports", context: store.bytes))
    remains = Secret(Secret.joined([sessionKey, importKey]))
    imports = WrappingKey(remains.bytes.slice(Epoch.keyLength..<2 * Epoch.keyLength))
    sessions = SessionKeys(remains.bytes.slice(0..<Epoch.keyLength))
  }
}

/// How often an epoch may wrap. Random 96-bit nonces stay distinct, but for a chance of 2^-37, for 2^30
/// wraps.
package struct EpochLimits: Sendable {
  /// From here on `needsNewEpoch`.
  package let soft: UInt64
  /// From here on wrapping is refused.
  package let hard: UInt64

  package static let standard = EpochLimits(soft: 1 << 29, hard: 1 << 30)

  package init(soft: UInt64, hard: UInt64) {
    self.soft = soft
    self.hard = hard
  }
}

/// All epochs of the store: the newest wraps, every one opens.
final class Epochs: Sendable {
  private struct State {
    var byID: [EpochID: Epoch] = [:]
    /// What is left of those that are gone.
    var remains: [EpochID: EpochRemains] = [:]
    var newest: Epoch?
    /// Wraps under the newest.
    var wraps: UInt64 = 0
  }

  private let limits: EpochLimits
  private let state = Mutex(State())

  init(limits: EpochLimits) { self.limits = limits }

  /// The newest epoch, with one wrap more on its account.
  /// - Throws: `KMSError.custodyUnavailable` at the limit, or when there is no epoch.
  func forWrapping() throws(KMSError) -> Epoch {
    let limit = limits.hard
    let epoch = state.withLock { state -> Epoch? in
      guard let newest = state.newest, state.wraps < limit else { return nil }
      state.wraps += 1
      return newest
    }
    guard let epoch else { throw .custodyUnavailable }
    return epoch
  }

  subscript(id: EpochID) -> Epoch? { state.withLock { $0.byID[id] } }

  /// The newest becomes the one that wraps. Adopting an epoch again changes nothing.
  func adopt(_ epoch: Epoch, wraps: UInt64) {
    state.withLock { state in
      guard state.byID[epoch.id] == nil else { return }
      state.byID[epoch.id] = epoch
      guard state.newest.map({ $0.id < epoch.id }) ?? true else { return }
      state.newest = epoch
      state.wraps = wraps
    }
  }

  /// By what tokens open that the epoch sealed, also when it is gone.
  func sessions(of id: EpochID) -> SessionKeys? {
    state.withLock { $0.byID[id]?.sessions ?? $0.remains[id]?.sessions }
  }

  func imports(of id: EpochID) -> WrappingKey? {
    state.withLock { $0.byID[id]?.imports ?? $0.remains[id]?.imports }
  }

  /// Puts what is left in the place of an epoch. Never in that of the newest.
  func release(_ remains: EpochRemains) {
    state.withLock { state in
      guard state.newest?.id != remains.id else { return }
      state.byID[remains.id] = nil
      state.remains[remains.id] = remains
    }
  }

  /// What is to stay of an epoch, or stays of it already, and under which erasure secret it is.
  func remains(of id: EpochID) -> (secret: Secret, erasure: Bits128?)? {
    state.withLock { state in
      state.byID[id].map { (secret: $0.remains, erasure: $0.erasure) }
        ?? state.remains[id].map { (secret: $0.secret, erasure: $0.erasure) }
    }
  }

  /// The erasure secrets that something is under.
  var erasures: Set<Bits128> {
    state.withLock { state in
      Set(state.byID.values.compactMap(\.erasure) + state.remains.values.compactMap(\.erasure))
    }
  }

  func forget(_ id: EpochID) { state.withLock { $0.remains[id] = nil } }

  var newest: EpochID? { state.withLock { $0.newest?.id } }
  var needsNew: Bool { state.withLock { $0.wraps } >= limits.soft }
}
