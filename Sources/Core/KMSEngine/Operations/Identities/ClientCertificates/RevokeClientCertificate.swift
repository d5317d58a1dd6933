package import KMSBytes
package import KMSDomain

/// Ends that a user is known by a certificate, for good: connections by it are cut off, and nobody can add it again before its
/// time is over.
package struct RevokeClientCertificate: IdentityWork {
  package typealias Prepared = FoundIdentity
  /// Those that are revoked by it, or were before.
  package typealias Answer = [ClientCertificate]

  package let identity: IdentityName
  private let fingerprint: CertificateFingerprint?

  /// - Parameter fingerprint: nil for all of the user's.
  package init(_ fingerprint: CertificateFingerprint?, of user: String, in account: AccountID) {
    self.fingerprint = fingerprint
    identity = IdentityName(.user, user, in: account)
  }

  package let operation = "RevokeClientCertificate"
  package let action = Action.revokeClientCertificate

  package var details: [AuditRecord.Detail] {
    fingerprint.map { [AuditRecord.Detail(name: "certificate", value: $0.hex)] } ?? []
  }

  package func gather(
    _ found: inout FoundIdentity, _ record: IdentityRecord, _ desk: Desk
  ) async throws(KMSError) {
    found.other.certificates = try await desk.store.clientCertificates(of: record.id)
  }

  package func perform(
    _ prepared: FoundIdentity, _ permits: borrowing Permits, _ desk: Desk, _ caller: Caller
  ) throws(KMSError) -> Performed<[ClientCertificate]> {
    try permits.first.check(action, key: nil, version: nil)
    let present = try desk.unseal(prepared.other.certificates, of: prepared.present())
    let meant = present.filter { certificate, _ in
      fingerprint.map { certificate.fingerprint == $0 } ?? certificate.isActive
    }
    guard !meant.isEmpty else { throw .identity(.certificateNotFound(fingerprint?.hex ?? "")) }
    let changes = meant.filter(\.certificate.isActive).map { certificate, code in
      StoreChange.updateClientCertificate(desk.seal(certificate.revoked), expecting: code)
    }
    let names = meant.map(\.certificate.fingerprint.hex).joined(separator: " ")
    return Performed(
      meant.map(\.certificate.revoked), change: changes.isEmpty ? nil : .together(changes),
      details: fingerprint == nil ? [AuditRecord.Detail(name: "certificates", value: names)] : [])
  }
}
