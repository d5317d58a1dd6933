import Foundation
import GRDB
import KMSDomain

extension ChangeWriter {
  func addIdentity(_ identity: Authenticated<IdentityRecord>) throws {
    let record = identity.record
    try insert(
      """
      INSERT INTO identities (id, account, kind, folded_name, path, generation, content, code)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING
      """,
      [
        Data(text: record.id.text), Data(text: record.account.text), Int64(record.kind.rawValue),
        Data(text: record.reference.folded), Data(text: record.path), Int64(bitPattern: record.generation),
        Data(record.canonicalBytes), Data(identity.code),
      ], orThrow: .contention)
    try addReferences(of: record)
  }

  func updateIdentity(_ identity: Authenticated<IdentityRecord>, expecting generation: UInt64) throws {
    let record = identity.record
    try insert(
      """
      UPDATE OR IGNORE identities SET folded_name = ?, path = ?, generation = ?, content = ?, code = ?
      WHERE id = ? AND generation = ?
      """,
      [
        Data(text: record.reference.folded), Data(text: record.path), Int64(bitPattern: record.generation),
        Data(record.canonicalBytes), Data(identity.code), Data(text: record.id.text),
        Int64(bitPattern: generation),
      ], orThrow: .contention)
    try run("DELETE FROM identity_references WHERE source = ?", [Data(text: record.id.text)])
    try addReferences(of: record)
  }

  func removeIdentity(_ id: IdentityID, expecting generation: UInt64) throws {
    let id = Data(text: id.text)
    try insert(
      """
      DELETE FROM identities WHERE id = ? AND generation = ?
      AND NOT EXISTS (SELECT 1 FROM identity_references WHERE target = identities.id)
      AND NOT EXISTS (SELECT 1 FROM access_keys WHERE principal = identities.id)
      AND NOT EXISTS (SELECT 1 FROM client_certificates WHERE owner = identities.id)
      AND NOT EXISTS (SELECT 1 FROM applications WHERE owner = identities.id)
      """, [id, Int64(bitPattern: generation)], orThrow: .contention)
    try run("DELETE FROM identity_references WHERE source = ?", [id])
  }

  /// Only what is there can be referred to, and it stays there as long as it is.
  private func addReferences(of record: IdentityRecord) throws {
    for target in record.references {
      try insert(
        "INSERT INTO identity_references (target, source) SELECT id, ? FROM identities WHERE id = ?",
        [Data(text: record.id.text), Data(text: target.text)], orThrow: .contention)
    }
  }

  mutating func addAccessKey(
    _ accessKey: Authenticated<AccessKeyRecord>, owner generation: UInt64, most: Int
  ) throws {
    let record = accessKey.record
    try insert(
      """
      INSERT INTO access_keys (id, principal, epoch, secret, is_active, created_at, code)
      SELECT ?, id, ?, ?, ?, ?, ? FROM identities WHERE id = ? AND generation = ?
      AND (SELECT count(*) FROM access_keys WHERE principal = identities.id) < ?
      ON CONFLICT DO NOTHING
      """,
      [
        Data(text: record.id), Int64(record.secret.epoch.number), Data(record.secret.bytes), record.isActive,
        record.createdAt.milliseconds, Data(accessKey.code), Data(text: record.principal.text),
        Int64(bitPattern: generation), most,
      ], orThrow: .contention)
    tally.wrapped(under: record.secret.epoch)
  }

  func updateAccessKey(_ accessKey: Authenticated<AccessKeyRecord>, expecting code: [UInt8]) throws {
    try insert(
      "UPDATE access_keys SET is_active = ?, code = ? WHERE id = ? AND code = ?",
      [accessKey.record.isActive, Data(accessKey.code), Data(text: accessKey.record.id), Data(code)],
      orThrow: .contention)
  }

  mutating func removeAccessKey(_ id: String, expecting code: [UInt8]) throws {
    try insert(
      "DELETE FROM access_keys WHERE id = ? AND code = ?", [Data(text: id), Data(code)], orThrow: .contention)
    try run("DELETE FROM access_key_uses WHERE access_key = ?", [Data(text: id)])
    tally.destroy()
  }
}
