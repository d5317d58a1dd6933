import AdminAPI
import CustodySoftware
import DoorAdmin
import KMSDomain
import Synchronization

/// Opens the seal of a directory, with what people hand in one after the other, or once another service can be reached.
final class SealOpener: Unsealer {
  /// How long shares are kept that aren't enough yet, in milliseconds.
  private static let patience: Int64 = 15 * 60_000

  private struct State {
    var reason: SealError
    var opened: OpenSeal?
    /// When the last share came, by `clock`.
    var last: Instant?
  }

  private let file: SealFile
  private let attempt: SealAttempt
  private let box: ShareBox?
  private let clock: any TimeSource
  private let onOpen: @Sendable () async -> Void
  private let state: Mutex<State>

  /// - Parameter reason: why it doesn't open by itself.
  /// - Parameter onOpen: called once, when it is open.
  init(
    _ file: SealFile, by attempt: SealAttempt, reason: SealError, clock: any TimeSource,
    onOpen: @escaping @Sendable () async -> Void
  ) throws(SealError) {
    self.file = file
    self.attempt = attempt
    self.clock = clock
    self.onOpen = onOpen
    state = Mutex(State(reason: reason))
    let holders = file.keepers.map(\.holder).filter { $0.kind == .shamir }
    box = try holders.isEmpty ? nil : ShareBox(for: holders, in: file.store)
  }

  var opened: OpenSeal? { state.withLock { $0.opened } }

  func status() -> SealStatus {
    let (reason, isOpen) = state.withLock { ($0.reason, $0.opened != nil) }
    let wanted = isOpen ? nil : wanted
    return SealStatus(
      state: isOpen ? .opening : .sealed, kinds: file.keepers.map(\.holder.kind.name),
      format: file.format, store: SealAdministrator.fingerprint(file.store),
      recovery: recovery,
      progress: reason == .needsPeople(.shamir)
        ? box.map { SealStatus.Progress(given: $0.progress.given, needed: $0.progress.needed) } : nil,
      reason: isOpen ? nil : reason.description, wanted: wanted)
  }

  /// What people are to hand in next; nil where they can do nothing.
  var wanted: SealStatus.Wanted? {
    guard case .needsPeople(let kind) = state.withLock({ $0.reason }) else { return nil }
    switch kind {
    case .shamir, .recovery: return .share
    case .passphrase: return .passphrase
    case .pkcs11: return .pin
    case .keyFile, .awskms: return nil
    }
  }

  private var recovery: SealStatus.Recovery? {
    guard let holder = file.recovery?.holder, let parameters = try? SharedParameters(holder) else {
      return nil
    }
    return SealStatus.Recovery(needed: parameters.threshold, shares: parameters.parts, epochs: nil)
  }

  func add(_ share: Payload) async throws(SealRefusal) -> SealStatus {
    switch wanted {
    case .passphrase: try await open(TypedSecret(share))
    case .pin: try await logIn(share)
    case .share, nil: try await take(share)
    }
    return status()
  }

  private func take(_ share: Payload) async throws(SealRefusal) {
    guard let box else { throw SealRefusal("this seal is not opened by shares: " + reason) }
    let progress: ShareBox.Progress
    do throws(ShareBox.Refusal) {
      progress = try box.add(share)
    } catch {
      throw SealRefusal(error.words)
    }
    state.withLock { $0.last = clock.now() }
    if progress.isComplete { try await open() }
  }

  /// The PIN opens the token; whether that opens the seal too depends on the seal.
  private func logIn(_ pin: Payload) async throws(SealRefusal) {
    // Tokens count wrong PINs, and nobody means a share by one.
    guard Share(text: pin) == nil else {
      throw SealRefusal("that is a share, and the PIN of the token comes first")
    }
    try await attempt.take(pin: TypedSecret(pin))
    if let error = await tried(), !error.canBeWaitedFor { throw SealRefusal(error.description) }
  }

  func reset() -> SealStatus {
    box?.empty()
    state.withLock { $0.last = nil }
    return status()
  }

  /// Tries again what another service has to do, and forgets shares that wait too long for others.
  func tick() async {
    let (reason, last) = state.withLock { ($0.reason, $0.last) }
    if let last, clock.now().milliseconds - last.milliseconds > SealOpener.patience { _ = reset() }
    if case .unreachable = reason { try? await open() }
  }

  private var reason: String { state.withLock { $0.reason.description } }

  private func open(_ typed: TypedSecret? = nil) async throws(SealRefusal) {
    if let error = await tried(typed) { throw SealRefusal(error.description) }
  }

  /// - Returns: why it doesn't open; nil when it does.
  private func tried(_ typed: TypedSecret? = nil) async -> SealError? {
    switch await attempt.open(file, box: box, passphrase: typed) {
    case .success(let opened):
      let isFirst = state.withLock { state in
        defer { state.opened = opened }
        return state.opened == nil
      }
      box?.empty()
      if isFirst { await onOpen() }
      return nil
    case .failure(let error):
      if error.canBeWaitedFor { state.withLock { $0.reason = error } }
      // Shares that don't open are of no use: whoever handed them in begins again.
      box?.empty()
      return error
    }
  }
}

extension ShareBox.Refusal {
  /// For the person who handed it in.
  var words: String {
    switch self {
    case .malformed: "that is no share, or a letter in it is wrong: compare it with what was printed"
    case .foreign: "that share belongs to another server, or to a seal that was replaced"
    case .repeated: "that share was handed in already"
    }
  }
}
