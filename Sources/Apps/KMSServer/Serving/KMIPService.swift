import DoorKMIP
import KMSBytes
import KMSDomain
import KMSEngine
import KMSIdentity
import NetKit

/// The KMIP door behind a listener of messages: connections are certificates there, and callers here.
struct KMIPService: MessageService {
  private let door: KMIPDoor
  private let certificates: CertificateAuthenticator

  init(_ door: KMIPDoor, certificates: CertificateAuthenticator) {
    self.door = door
    self.certificates = certificates
  }

  func turn() -> any MessageTurn { KMIPTurn(door, certificates) }

  func respond(to message: WipedBytes, from peer: MessagePeer) async -> MessageReply {
    // Who isn't known any more is told so, in an answer, and cut off by whoever revoked it.
    let caller = try? await certificates.caller(peer.certificate, from: peer.source)
    let answer = await door.converse(message, as: caller, KMIPPeer(peer, isReversible: true))
    let bytes = answer.message.withBytes { [UInt8](copying: $0) }
    return answer.asker.map { .reversal(bytes, $0) } ?? .answer(bytes)
  }

  func refuse(_ fault: FramingFault, from peer: MessagePeer) async -> [UInt8]? {
    let words =
      switch fault {
      case .foreign: "The bytes don't begin a message."
      case .tooLong(let bytes): "A message of \(bytes) bytes is longer than the server takes."
      }
    return door.refusal(words).withBytes { [UInt8](copying: $0) }
  }
}

/// The answers of one event loop's turn and their records.
private final class KMIPTurn: MessageTurn {
  private let door: KMIPDoor
  private let certificates: CertificateAuthenticator
  private var records: [AuditRecord] = []

  init(_ door: KMIPDoor, _ certificates: CertificateAuthenticator) {
    self.door = door
    self.certificates = certificates
  }

  func attempt(_ message: WipedBytes, from peer: MessagePeer) -> MessageAnswer? {
    guard let caller = (try? certificates.callerWarm(peer.certificate)) ?? nil else { return nil }
    switch door.attempt(message, as: caller, KMIPPeer(peer)) {
    case nil: return nil
    case .recorded(let answer, let record):
      records.append(record)
      return .now(answer)
    case .counted(let answer): return .now(answer)
    case .later(let work): return .later { reply in work { reply($0) } }
    }
  }

  func commit() -> Bool {
    guard !records.isEmpty else { return true }
    defer { records.removeAll(keepingCapacity: true) }
    return door.commit(records)
  }

  func unrecorded() -> [UInt8]? { nil }
}

/// Who may speak KMIP at all: whoever is known by a certificate.
struct KMIPGate: PeerGate {
  private let engine: Engine
  private let certificates: CertificateAuthenticator
  private let requestIDs: RequestIDs

  init(_ engine: Engine, certificates: CertificateAuthenticator, requestIDs: RequestIDs) {
    self.engine = engine
    self.certificates = certificates
    self.requestIDs = requestIDs
  }

  func admits(_ certificate: CertificateFingerprint, from source: String) async -> Bool {
    do throws(CertificateError) {
      _ = try await certificates.caller(certificate, from: source)
      return true
    } catch {
      let origin = origin(source)
      if case .fault(let fault) = error { engine.note(fault, origin) }
      await reject(error.code, origin)
      return false
    }
  }

  func turnedAway(_ reason: TurnedAway, from source: String) async {
    await reject(reason.rawValue, origin(source))
  }

  private func origin(_ source: String) -> RequestOrigin {
    RequestOrigin(id: requestIDs.next(), door: "kmip", source: source, isEncrypted: true, userAgent: "")
  }

  /// A record that can't be written changes nothing: nobody is let in.
  private func reject(_ code: String, _ origin: RequestOrigin) async {
    try? await engine.reject(code, operation: "Connect", as: nil, from: origin)
  }
}

/// For tickets: whom they stand for.
struct CertifiedClients: ClientFinder {
  private let certificates: CertificateAuthenticator

  init(_ certificates: CertificateAuthenticator) { self.certificates = certificates }

  func caller(_ fingerprint: [UInt8]) async -> Caller? {
    guard let fingerprint = CertificateFingerprint(fingerprint) else { return nil }
    return try? await certificates.caller(fingerprint)
  }
}

extension KMIPPeer {
  fileprivate init(_ peer: MessagePeer, isReversible: Bool = false) {
    self.init(source: peer.source, fingerprint: peer.certificate.bytes, isReversible: isReversible)
  }
}

@available(*, unavailable)
extension KMIPTurn: Sendable {}
