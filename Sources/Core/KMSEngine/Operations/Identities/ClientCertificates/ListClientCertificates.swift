import KMSBytes
package import KMSDomain

/// The client certificates of an account with those who are known by them, in the order of their fingerprints.
package struct ListClientCertificates: AccountQuery {
  package typealias Prepared = Page<Entry>
  package typealias Answer = Page<Entry>

  package struct Entry: Sendable {
    package let certificate: ClientCertificate
    package let owner: IdentityRecord
  }

  package let account: AccountID
  private let marker: CertificateFingerprint?
  private let limit: Int

  /// - Parameter marker: the fingerprint after which to go on.
  /// - Throws: `invalidMarker` for what isn't one.
  package init(of account: AccountID, after marker: String?, limit: Int) throws(KMSError) {
    self.account = account
    self.limit = limit
    guard let marker else {
      self.marker = nil
      return
    }
    guard let fingerprint = CertificateFingerprint(text: marker) else { throw .invalidMarker }
    self.marker = fingerprint
  }

  package let operation = "ListClientCertificates"
  package let action = Action.listClientCertificates

  package func prepare(_ desk: Desk) async throws(KMSError) -> Page<Entry> {
    let found = try await desk.store.clientCertificates(in: account, after: marker, limit: limit + 1)
    var owners: [IdentityID: IdentityRecord] = [:]
    var entries: [Entry] = []
    for stored in found {
      let certificate = try desk.unseal(stored, .clientCertificate)
      if owners[certificate.owner] == nil {
        owners[certificate.owner] = try await desk.identity(certificate.owner)
      }
      guard let owner = owners[certificate.owner], owner.account == account else {
        throw .corrupt(.clientCertificate)
      }
      entries.append(Entry(certificate: certificate, owner: owner))
    }
    return Page(reading: entries, limit: limit) { $0.certificate.fingerprint.hex }
  }
}
