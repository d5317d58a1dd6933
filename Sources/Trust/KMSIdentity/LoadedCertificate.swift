import KMSBytes
import KMSDomain

/// A client certificate out of the store, checked, with its owner in the form that decisions need. It wasn't revoked when it was
/// loaded.
final class LoadedCertificate: LoadedCredential {
  let record: ClientCertificate
  let account: AccountID
  let caller: Caller

  var id: CertificateFingerprint { record.fingerprint }
  var principal: IdentityID { record.owner }

  init(record: ClientCertificate, of account: AccountID, caller: Caller) {
    self.record = record
    self.account = account
    self.caller = caller
  }
}

/// Finds client certificates with their owners.
struct CertificateLoader: Sendable {
  let principals: PrincipalLoader

  /// - Returns: nil when there is none, or when it was revoked.
  func load(_ fingerprint: CertificateFingerprint) async throws(KMSError) -> LoadedCertificate? {
    guard let stored = try await principals.store.clientCertificate(fingerprint) else { return nil }
    let record = stored.record
    guard principals.authenticator.isValid(stored.code, for: record.canonicalBytes),
      record.fingerprint == fingerprint
    else { throw .corrupt(.clientCertificate) }
    guard record.isActive else { return nil }
    // Who has a certificate can't be removed.
    guard let owner = try await principals.record(record.owner) else { throw .corrupt(.principal) }
    return LoadedCertificate(
      record: record, of: owner.account,
      caller: try await principals.caller(owner, credential: fingerprint.hex))
  }
}
