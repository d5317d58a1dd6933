import Foundation
import GRDB
import KMSDomain

extension ChangeWriter {
  func addApplication(
    _ application: Authenticated<Application>, owner generation: UInt64, most: Int
  ) throws {
    let record = application.record
    try insert(
      """
      INSERT INTO applications (client_id, object_id, account, owner, generation, content, code)
      SELECT ?, ?, account, id, ?, ?, ? FROM identities WHERE id = ? AND account = ? AND generation = ?
      AND (SELECT count(*) FROM applications WHERE owner = identities.id) < ?
      ON CONFLICT DO NOTHING
      """,
      [
        Data(record.clientID.bits.bytes), Data(record.objectID.bits.bytes),
        Int64(bitPattern: record.generation), Data(record.canonicalBytes), Data(application.code),
        Data(text: record.owner.text), Data(text: record.account.text), Int64(bitPattern: generation), most,
      ], orThrow: .contention)
    try addSubjects(of: record)
  }

  /// By which an application is found whose token is somebody else's. What the row says is asked of the record again.
  private func addSubjects(of record: Application) throws {
    for credential in record.federated {
      try run(
        "INSERT OR IGNORE INTO application_subjects (issuer, subject, account, client_id) VALUES (?, ?, ?, ?)",
        [
          Data(text: credential.issuer), Data(text: credential.subject), Data(text: record.account.text),
          Data(record.clientID.bits.bytes),
        ])
    }
  }

  private func removeSubjects(of id: GUID) throws {
    try run("DELETE FROM application_subjects WHERE client_id = ?", [Data(id.bits.bytes)])
  }

  func updateApplication(
    _ application: Authenticated<Application>, expecting generation: UInt64
  ) throws {
    let record = application.record
    try insert(
      "UPDATE applications SET generation = ?, content = ?, code = ? WHERE client_id = ? AND generation = ?",
      [
        Int64(bitPattern: record.generation), Data(record.canonicalBytes), Data(application.code),
        Data(record.clientID.bits.bytes), Int64(bitPattern: generation),
      ], orThrow: .contention)
    try removeSubjects(of: record.clientID)
    try addSubjects(of: record)
  }

  func removeApplication(_ id: GUID, expecting generation: UInt64) throws {
    try insert(
      "DELETE FROM applications WHERE client_id = ? AND generation = ?",
      [Data(id.bits.bytes), Int64(bitPattern: generation)], orThrow: .contention)
    try removeSubjects(of: id)
  }

  mutating func addTokenKey(_ key: Authenticated<TokenKey>, after latest: GUID?) throws {
    let record = key.record
    try insert(
      """
      INSERT INTO token_keys (id, epoch, material, public_key, created_at, starts_at, code)
      SELECT ?, epochs.id, ?, ?, ?, ?, ? FROM epochs WHERE epochs.id = ?
      AND (SELECT id FROM token_keys ORDER BY starts_at DESC, id DESC LIMIT 1) IS ?
      ON CONFLICT DO NOTHING
      """,
      [
        Data(record.id.bits.bytes), Data(record.material.bytes), Data(record.publicKey),
        record.createdAt.milliseconds, record.startsAt.milliseconds, Data(key.code),
        Int64(record.material.epoch.number), latest.map { Data($0.bits.bytes) },
      ], orThrow: .contention)
    tally.wrapped(under: record.material.epoch)
  }

  mutating func removeTokenKey(_ id: GUID) throws {
    try run("DELETE FROM token_keys WHERE id = ?", [Data(id.bits.bytes)])
    tally.hasDestroyed = true
  }
}
