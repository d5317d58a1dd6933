/// Verifies a certificate of destruction by itself: without the log, by a key that the verifier got elsewhere.
package struct CertificateVerifier: Sendable {
  /// What a certificate that was verified says.
  package struct Statement: Equatable, Sendable {
    package let key: String
    package let name: String
    /// As the log has them, RFC 3339.
    package let destroyedAt: String
    /// From a device; nil for a key that was on none.
    package let removedAt: String?
    package let erasureBegunAt: String
    package let erasedAt: String
    /// Records that the checkpoint covers.
    package let checkpointSize: UInt64
  }

  package enum Fault: Error, Equatable, Sendable {
    /// The checkpoint isn't one, or isn't signed by the key.
    case notSigned
    /// A record isn't in the tree that was signed, or not at that place.
    case notInLog(DestructionCertificate.Role)
    /// A record doesn't say what it is in the certificate for.
    case otherContent(DestructionCertificate.Role)
    /// The records are not one of each kind, in the order of the log.
    case order
  }

  private let verifier: VerifierKey

  package init(by key: VerifierKey) { verifier = key }

  package func verify(_ certificate: DestructionCertificate) throws(Fault) -> Statement {
    guard let signed = SignedCheckpoint(certificate.checkpoint), signed.isSigned(by: verifier) else {
      throw .notSigned
    }
    let roles = certificate.entries.map(\.role)
    guard
      roles == DestructionCertificate.Role.allCases
        || roles == [.destroyed, .erasureBegun, .erasureFinished],
      zip(certificate.entries, certificate.entries.dropFirst()).allSatisfy({ $0.proof.index < $1.proof.index }
      )
    else { throw .order }
    var records: [DestructionRecord] = []
    for entry in certificate.entries {
      guard entry.proof.root(of: .leaf(entry.line), in: signed.checkpoint.size) == signed.checkpoint.root
      else { throw .notInLog(entry.role) }
      guard let record = DestructionRecord(entry.line) else { throw .otherContent(entry.role) }
      records.append(record)
    }
    return try judge(certificate, records, signed.checkpoint)
  }

  private func judge(
    _ certificate: DestructionCertificate, _ records: [DestructionRecord], _ checkpoint: Checkpoint
  ) throws(Fault) -> Statement {
    guard records.count >= 3 else { throw .order }
    let (destroyed, begun, finished) = (records[0], records[records.count - 2], records[records.count - 1])
    let removed = records.count == 4 ? records[1] : nil
    let what = DestructionRecord.Destroyed(key: certificate.key, name: certificate.name)
    guard destroyed.destroyed.contains(what) else { throw .otherContent(.destroyed) }
    // Who leaves the removal out claims that there was nothing to remove.
    guard removed.map({ $0.removed.contains(what) }) ?? !destroyed.onDevice.contains(what) else {
      throw .otherContent(.removed)
    }
    guard begun.begins else { throw .otherContent(.erasureBegun) }
    guard finished.finishes, finished.erasure == begun.erasure else { throw .otherContent(.erasureFinished) }
    return Statement(
      key: what.key, name: what.name, destroyedAt: destroyed.time, removedAt: removed?.time,
      erasureBegunAt: begun.time,
      erasedAt: finished.time, checkpointSize: checkpoint.size)
  }
}
