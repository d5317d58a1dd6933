import KMSBytes
import KMSDomain

/// A client certificate out of the store, checked, with its owner in the form that decisions need. It wasn't revoked when it was
/// loaded.
final class LoadedCertificate: LoadedCredential {
  let record: ClientCertificate
  let caller: Caller
  let account: AccountID

  var id: CertificateFingerprint { record.fingerprint }
  var principal: IdentityID { record.owner }

  init(record: ClientCertificate, caller: Caller, account: AccountID) {
    self.record = record
    self.caller = caller
    self.account = account
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
      record: record, caller: try await principals.caller(owner, credential: fingerprint.hex),
      account: owner.account)
  }
}
