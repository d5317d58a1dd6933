import Foundation
import GRDB
import KMSBytes
import KMSDomain

extension ChangeWriter {
  func addClientCertificate(
    _ certificate: Authenticated<ClientCertificate>, owner generation: UInt64, most: Int
  ) throws {
    let record = certificate.record
    try insert(
      """
      INSERT INTO client_certificates
        (fingerprint, owner, account, label, not_before, not_after, created_at, is_active, code)
      SELECT ?, id, account, ?, ?, ?, ?, ?, ? FROM identities WHERE id = ? AND generation = ?
      AND (SELECT count(*) FROM client_certificates WHERE owner = identities.id AND is_active = 1) < ?
      ON CONFLICT DO NOTHING
      """,
      [
        Data(record.fingerprint.bytes), Data(text: record.label), record.notBefore.milliseconds,
        record.notAfter.milliseconds, record.createdAt.milliseconds, record.isActive, Data(certificate.code),
        Data(text: record.owner.text), Int64(bitPattern: generation), most,
      ], orThrow: .contention)
  }

  func updateClientCertificate(
    _ certificate: Authenticated<ClientCertificate>, expecting code: [UInt8]
  ) throws {
    try insert(
      "UPDATE client_certificates SET is_active = ?, code = ? WHERE fingerprint = ? AND code = ?",
      [
        certificate.record.isActive, Data(certificate.code), Data(certificate.record.fingerprint.bytes),
        Data(code),
      ], orThrow: .contention)
  }

  func removeClientCertificate(_ fingerprint: CertificateFingerprint, expecting code: [UInt8]) throws {
    try insert(
      "DELETE FROM client_certificates WHERE fingerprint = ? AND code = ?",
      [Data(fingerprint.bytes), Data(code)], orThrow: .contention)
  }
}
