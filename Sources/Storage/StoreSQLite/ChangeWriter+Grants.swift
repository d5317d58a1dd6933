import Foundation
import GRDB
import KMSDomain

extension ChangeWriter {
  func createGrant(
    _ grant: Authenticated<GrantRecord>, likeness: [UInt8]?, target generation: UInt64
  ) throws {
    let record = grant.record
    let terms = record.terms
    let key = try rowNumber(of: record.key, expecting: generation)
    try requireRoomForGrant(ofRow: key)
    try insert(
      """
      INSERT INTO grants (key, id, region, name, grantee, retiring, operations, equals, subset, issuer, created_at,
        likeness, code, grantee_id, retiring_id)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING
      """,
      [
        key, Data(record.id.bytes), Data(text: record.region), Data(text: terms.name),
        Data(text: terms.grantee), terms.retiring.map { Data(text: $0) }, Int64(terms.operations.rawValue),
        terms.constraints.equals.map(Self.packed), terms.constraints.subset.map(Self.packed),
        Data(text: terms.issuer.text), record.createdAt.milliseconds, likeness.map { Data($0) },
        Data(grant.code), record.meant.grantee.map { Data(text: $0.text) },
        record.meant.retiring.map { Data(text: $0.text) },
      ], orThrow: .contention)
  }

  private func requireRoomForGrant(ofRow key: Int64) throws {
    let statement = try db.cachedStatement(sql: "SELECT count(*) FROM grants WHERE key = ?")
    let count = try Int.fetchOne(statement, arguments: [key]) ?? 0
    guard count < GrantRecord.mostOfKey else { throw KMSError.tooManyGrants }
  }

  func deleteGrant(_ id: GrantID, of key: KeyID, expecting code: [UInt8]) throws {
    let place: StatementArguments = [Data(key.bits.bytes), Data(id.bytes)]
    let statement = try db.cachedStatement(
      sql:
        "SELECT grants.code FROM keys JOIN grants ON grants.key = keys.n WHERE keys.id = ? AND grants.id = ?")
    guard let row = try Row.fetchOne(statement, arguments: place) else {
      throw KMSError.grantNotFound(id.hex)
    }
    guard try Columns(row, kind: .grant).bytes(0) == code else { throw KMSError.contention }
    try run("DELETE FROM grants WHERE key = (SELECT n FROM keys WHERE id = ?) AND id = ?", place)
  }

  private static func packed(_ context: EncryptionContext) -> Data {
    Data(Packing.pack(context.pairs.flatMap { [Array($0.name.utf8), Array($0.value.utf8)] }))
  }
}
