import Crypto
import KMSBytes
import NIOCore
import NIOSSL

/// What is known of the peer of one connection from its handshake. Confined to the connection's event loop.
///
/// TLS proves that the peer holds the private key of its certificate and nothing else here: chains, names and dates in it are left
/// aside, for whether it may speak is the gate's to say.
final class PeerAdmission {
  private let gate: any PeerGate
  let source: String
  /// Whom the gate has admitted in this handshake.
  private(set) var admitted: CertificateFingerprint?
  /// The gate has refused the peer, and has recorded it.
  private(set) var isRefused = false

  init(_ gate: any PeerGate, source: String) {
    self.gate = gate
    self.source = source
  }

  /// For TLS to call with the peer's certificates, the one of the peer first.
  func verify(_ chain: [NIOSSLCertificate], _ promise: EventLoopPromise<NIOSSLVerificationResult>) {
    guard let leaf = chain.first, let certificate = CertificateFingerprint(of: leaf) else {
      promise.succeed(.failed)
      return
    }
    ask(certificate, on: promise.futureResult.eventLoop) { isAdmitted in
      promise.succeed(isAdmitted ? .certificateVerified : .failed)
    }
  }

  /// - Parameter done: called on the loop, never before this returns.
  func ask(
    _ certificate: CertificateFingerprint, on loop: any EventLoop,
    _ done: @escaping @Sendable (_ isAdmitted: Bool) -> Void
  ) {
    let (gate, source, bound) = (gate, source, NIOLoopBound(self, eventLoop: loop))
    Task {
      let isAdmitted = await gate.admits(certificate, from: source)
      loop.execute {
        if isAdmitted { bound.value.admitted = certificate } else { bound.value.isRefused = true }
        done(isAdmitted)
      }
    }
  }

  func turnAway(_ reason: TurnedAway) {
    let (gate, source) = (gate, source)
    Task { await gate.turnedAway(reason, from: source) }
  }
}

extension CertificateFingerprint {
  /// - Returns: nil for a certificate that can't be encoded again.
  init?(of certificate: NIOSSLCertificate) {
    guard let encoded = try? certificate.toDERBytes() else { return nil }
    self.init(Array(SHA256.hash(data: encoded)))
  }
}

@available(*, unavailable)
extension PeerAdmission: Sendable {}
