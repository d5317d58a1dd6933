import Foundation
import GRDB
package import KMSBytes
package import KMSDomain

// Reading who may come, and by what they are known.
extension SQLiteStore {
  package func accessKey(_ id: String) async throws(KMSError) -> Authenticated<AccessKeyRecord>? {
    try await one(.accessKey, [Data(text: id)]) { row, _ in try Records.accessKey(row) }
  }

  package func accessKeys(of owner: IdentityID) async throws(KMSError) -> [Authenticated<AccessKeyRecord>] {
    try await all(.accessKeysOfOwner, [Data(text: owner.text)], Records.accessKey)
  }

  package func clientCertificate(
    _ fingerprint: CertificateFingerprint
  ) async throws(KMSError) -> Authenticated<ClientCertificate>? {
    try await one(.clientCertificate, [Data(fingerprint.bytes)]) { row, _ in
      try Records.clientCertificate(row)
    }
  }

  package func clientCertificates(
    of owner: IdentityID
  ) async throws(KMSError) -> [Authenticated<ClientCertificate>] {
    try await all(.clientCertificatesOfOwner, [Data(text: owner.text)], Records.clientCertificate)
  }

  package func clientCertificates(
    in account: AccountID, after marker: CertificateFingerprint?, limit: Int
  ) async throws(KMSError) -> [Authenticated<ClientCertificate>] {
    try await all(
      .clientCertificatesOfAccount,
      [Data(text: account.text), Data(marker?.bytes ?? []), max(0, limit)], Records.clientCertificate)
  }

  package func identity(_ id: IdentityID) async throws(KMSError) -> Authenticated<IdentityRecord>? {
    try await one(.identity, [Data(text: id.text)]) { row, _ in try Records.identity(row) }
  }

  package func identity(
    named name: IdentityName
  ) async throws(KMSError) -> Authenticated<IdentityRecord>? {
    try await one(
      .identityByName,
      [Data(text: name.account.text), Int64(name.kind.rawValue), Data(text: name.folded)]
    ) { row, _ in try Records.identity(row) }
  }

  package func identities(
    _ kind: IdentityKind, of account: AccountID?, under path: String, after marker: String?, limit: Int
  ) async throws(KMSError) -> [Authenticated<IdentityRecord>] {
    guard let account else {
      return try await all(.roots, [Data(text: marker ?? ""), max(0, limit)], Records.identity)
    }
    return try await all(
      .identities,
      [
        Data(text: account.text), Int64(kind.rawValue), Data(text: marker ?? ""), path.utf8.count,
        Data(text: path), max(0, limit),
      ], Records.identity)
  }

  package func identities(
    referringTo id: IdentityID, after marker: IdentityID?, limit: Int
  ) async throws(KMSError) -> [Authenticated<IdentityRecord>] {
    try await all(
      .referringIdentities, [Data(text: id.text), Data(text: marker?.text ?? ""), max(0, limit)],
      Records.identity)
  }

  package func identityCount(_ kind: IdentityKind, of account: AccountID) async throws(KMSError) -> Int {
    try await count(.identityCount, [Data(text: account.text), Int64(kind.rawValue)])
  }
}
