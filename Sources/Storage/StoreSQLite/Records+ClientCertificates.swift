import GRDB
import KMSBytes
import KMSDomain

extension Records {
  static let clientCertificateColumns =
    "fingerprint, owner, label, not_before, not_after, created_at, is_active, code"

  /// A row of `clientCertificateColumns`.
  static func clientCertificate(_ row: Row) throws -> Authenticated<ClientCertificate> {
    let columns = Columns(row, kind: .clientCertificate)
    guard let fingerprint = CertificateFingerprint(try columns.bytes(0)) else { throw columns.corrupt }
    let record = ClientCertificate(
      fingerprint: fingerprint, owner: IdentityID(try columns.text(1)), label: try columns.text(2),
      notBefore: try columns.moment(3), notAfter: try columns.moment(4), createdAt: try columns.moment(5),
      isActive: try columns.flag(6))
    return Authenticated(record, code: try columns.bytes(7))
  }
}
