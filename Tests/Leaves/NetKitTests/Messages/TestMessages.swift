import KMSBytes
import NIOCore
import NIOPosix
import NIOSSL
import ServiceLifecycle
import Synchronization
import Testing

@testable import NetKit

/// Messages of the tests: a text in the form of TTLV.
enum TestMessage {
  static func bytes(_ text: String) -> [UInt8] { bytes(text, kind: 0x78) }
  /// What a peer answers that is asked.
  static func answer(_ text: String) -> [UInt8] { bytes(text, kind: 0x7B) }

  private static func bytes(_ text: String, kind: UInt8) -> [UInt8] {
    let length = UInt32(text.utf8.count)
    return [0x42, 0x00, kind, 0x01] + (0..<4).map { UInt8(truncatingIfNeeded: length >> (24 - 8 * $0)) }
      + Array(text.utf8)
  }

  /// The texts of whole messages.
  static func texts(_ bytes: [UInt8]) -> [String] {
    var result: [String] = []
    var rest = bytes[...]
    while rest.count >= 8 {
      let length = rest.dropFirst(4).prefix(4).reduce(0) { $0 << 8 | Int($1) }
      guard rest.count >= 8 + length else { break }
      result.append(String(decoding: rest.dropFirst(8).prefix(length), as: UTF8.self))
      rest = rest.dropFirst(8 + length)
    }
    return result
  }
}

/// Answers a text with itself, by the way that its first word names: fast at once, late by the short way, slow by the ordinary
/// one; "end" closes. "wait" is answered when the test says so. "turn" changes the roles: see `TestAsker`.
final class TestService: MessageService {
  struct State {
    /// What was written down, turn by turn.
    var written: [[String]] = []
    var isBroken = false
    var hasUnrecordedAnswer = true
    var faults: [FramingFault] = []
    var handled = 0
    var waiting: [CheckedContinuation<Void, Never>] = []
    var watchers: [CheckedContinuation<Void, Never>] = []
  }

  let state = Mutex(State())

  func turn() -> any MessageTurn { TestTurn(self) }

  let asker = TestAsker()

  func respond(to message: WipedBytes, from peer: MessagePeer) async -> MessageReply {
    let text = TestService.text(message)
    state.withLock { $0.handled += 1 }
    if text.hasPrefix("end") { return .close }
    if text.hasPrefix("turn") { return .reversal(TestMessage.bytes(text), asker) }
    if text.hasPrefix("wait") { await wait() }
    if text.hasPrefix("who") { return .answer(TestMessage.bytes(peer.certificate.hex + " " + peer.source)) }
    for _ in 0..<20 { await Task.yield() }
    return .answer(TestMessage.bytes(text))
  }

  func refuse(_ fault: FramingFault, from peer: MessagePeer) async -> [UInt8]? {
    state.withLock { $0.faults.append(fault) }
    return TestMessage.bytes("fault")
  }

  /// Lets those go on who wait.
  func open() {
    let waiting = state.withLock { state in
      defer { state.waiting = [] }
      return state.waiting
    }
    for one in waiting { one.resume() }
  }

  /// Returns when somebody waits.
  func someoneWaits() async {
    await withCheckedContinuation { continuation in
      let isThere = state.withLock { state in
        guard state.waiting.isEmpty else { return true }
        state.watchers.append(continuation)
        return false
      }
      if isThere { continuation.resume() }
    }
  }

  private func wait() async {
    await withCheckedContinuation { continuation in
      let watchers = state.withLock { state in
        state.waiting.append(continuation)
        defer { state.watchers = [] }
        return state.watchers
      }
      for one in watchers { one.resume() }
    }
  }

  static func text(_ message: WipedBytes) -> String {
    message.withArray { String(decoding: $0.dropFirst(8), as: UTF8.self) }
  }
}

private final class TestTurn: MessageTurn {
  private let service: TestService
  private var records: [String] = []

  init(_ service: TestService) { self.service = service }

  func attempt(_ message: WipedBytes, from peer: MessagePeer) -> MessageAnswer? {
    let text = TestService.text(message)
    if text.hasPrefix("late") {
      return .later { reply in
        Task {
          for _ in 0..<20 { await Task.yield() }
          reply(TestMessage.bytes(text))
        }
      }
    }
    guard text.hasPrefix("fast") || text.hasPrefix("big") else { return nil }
    service.state.withLock { $0.handled += 1 }
    records.append(text)
    return .now(TestMessage.bytes(text.hasPrefix("big") ? String(repeating: "b", count: 60_000) : text))
  }

  func commit() -> Bool {
    let ended = records
    records = []
    return service.state.withLock { state in
      if !state.isBroken { state.written.append(ended) }
      return !state.isBroken
    }
  }

  func unrecorded() -> [UInt8]? {
    service.state.withLock { $0.hasUnrecordedAnswer } ? TestMessage.bytes("unrecorded") : nil
  }
}

/// Knows the certificates that a test lets in.
final class TestGate: PeerGate {
  struct State {
    var known: Set<CertificateFingerprint> = []
    var asked: [CertificateFingerprint] = []
    var turnedAway: [TurnedAway] = []
    var watchers: [CheckedContinuation<Void, Never>] = []
  }

  let state = Mutex(State())

  init(_ known: [Authorities.Holder]) { state.withLock { $0.known = Set(known.map(\.fingerprint)) } }

  func admits(_ certificate: CertificateFingerprint, from source: String) async -> Bool {
    state.withLock { state in
      state.asked.append(certificate)
      return state.known.contains(certificate)
    }
  }

  func turnedAway(_ reason: TurnedAway, from source: String) async {
    let watchers = state.withLock { state in
      state.turnedAway.append(reason)
      defer { state.watchers = [] }
      return state.watchers
    }
    for one in watchers { one.resume() }
  }

  /// Returns when somebody has been turned away.
  func someoneIsTurnedAway() async {
    await withCheckedContinuation { continuation in
      let isThere = state.withLock { state in
        guard state.turnedAway.isEmpty else { return true }
        state.watchers.append(continuation)
        return false
      }
      if isThere { continuation.resume() }
    }
  }
}
