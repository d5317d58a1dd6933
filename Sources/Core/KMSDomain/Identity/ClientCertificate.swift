package import KMSBytes

/// A certificate by which a client shows who it is: whoever has its private key is the owner.
///
/// It is known by its fingerprint alone. Names in it, and who issued it, decide nothing.
package struct ClientCertificate: Hashable, Sendable {
  /// The most of one identity that may be used, so that one can be replaced by the next without a pause.
  package static let mostActive = 10
  /// The same with those that were revoked and haven't come to their end: they are remembered, so that none comes back.
  package static let most = 100
  /// Of a label, in bytes.
  package static let longestLabel = 256

  package let fingerprint: CertificateFingerprint
  package let owner: IdentityID
  /// What the certificate calls itself, for people.
  package let label: String
  /// It may be used from then on.
  package let notBefore: Instant
  /// And up to then.
  package let notAfter: Instant
  package let createdAt: Instant
  /// False once it was revoked, for ever.
  package let isActive: Bool

  package init(
    fingerprint: CertificateFingerprint, owner: IdentityID, label: String, notBefore: Instant,
    notAfter: Instant, createdAt: Instant, isActive: Bool
  ) {
    self.fingerprint = fingerprint
    self.owner = owner
    self.label = label
    self.notBefore = notBefore
    self.notAfter = notAfter
    self.createdAt = createdAt
    self.isActive = isActive
  }
}

extension ClientCertificate {
  /// The same after its revocation.
  package var revoked: ClientCertificate {
    ClientCertificate(
      fingerprint: fingerprint, owner: owner, label: label, notBefore: notBefore, notAfter: notAfter,
      createdAt: createdAt, isActive: false)
  }

  package func isExpired(at now: Instant) -> Bool { notAfter < now }

  /// Whether somebody may be known by it now.
  package func isUsable(at now: Instant) -> Bool { isActive && notBefore <= now && !isExpired(at: now) }
}

extension ClientCertificate: CanonicallyEncoded {
  package func encode(into fields: inout CanonicalFields) {
    fields.add("client-certificate/1")
    fields.add(fingerprint.bytes)
    fields.add(owner.text)
    fields.add(label)
    fields.add(notBefore)
    fields.add(notAfter)
    fields.add(createdAt)
    fields.add(isActive ? 1 : 0)
  }
}
