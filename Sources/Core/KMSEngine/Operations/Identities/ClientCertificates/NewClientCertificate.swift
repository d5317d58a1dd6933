package import KMSBytes
package import KMSDomain

/// A certificate that somebody is to be known by, as the door read it.
package struct NewClientCertificate: Sendable {
  package let fingerprint: CertificateFingerprint
  /// What it calls itself; cut to `ClientCertificate.longestLabel`.
  package let label: String
  package let notBefore: Instant
  package let notAfter: Instant

  package init(
    fingerprint: CertificateFingerprint, label: String, notBefore: Instant, notAfter: Instant
  ) {
    self.fingerprint = fingerprint
    self.label = label.truncated(toBytes: ClientCertificate.longestLabel)
    self.notBefore = notBefore
    self.notAfter = notAfter
  }

  /// The record of it.
  /// - Parameter isTaken: whether there is one of this fingerprint.
  /// - Throws: `identity(.certificateExists)`, `identity(.certificateExpired)`.
  func record(
    of owner: IdentityID, isTaken: Bool, at now: Instant
  ) throws(KMSError) -> ClientCertificate {
    guard !isTaken else { throw .identity(.certificateExists(fingerprint.hex)) }
    let record = ClientCertificate(
      fingerprint: fingerprint, owner: owner, label: label, notBefore: notBefore, notAfter: notAfter,
      createdAt: now, isActive: true)
    guard !record.isExpired(at: now) else { throw .identity(.certificateExpired(fingerprint.hex)) }
    return record
  }

  var detail: AuditRecord.Detail { AuditRecord.Detail(name: "certificate", value: fingerprint.hex) }
}

extension Desk {
  func isTaken(_ fingerprint: CertificateFingerprint) async throws(KMSError) -> Bool {
    try await store.clientCertificate(fingerprint) != nil
  }

  /// Those that were read as the owner's.
  func unseal(
    _ stored: [Authenticated<ClientCertificate>], of owner: IdentityRecord
  ) throws(KMSError) -> [(certificate: ClientCertificate, code: [UInt8])] {
    var result: [(certificate: ClientCertificate, code: [UInt8])] = []
    for one in stored {
      let certificate = try unseal(one, .clientCertificate)
      guard certificate.owner == owner.id else { throw .corrupt(.clientCertificate) }
      result.append((certificate, one.code))
    }
    return result
  }
}
