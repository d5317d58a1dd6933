import Foundation
import GRDB
import KMSDomain

/// Principals from before there were groups, roles and managed policies, in a table of their own.
///
/// The store can't make codes, so their content stays what their codes cover; see `IdentityRecord.Origin`.
enum EarlierPrincipals {
  static func move(in db: Database) throws {
    let rows = try Row.fetchAll(
      db, sql: "SELECT id, account, name, user_name, is_root, policies, created_at, code FROM principals")
    for row in rows {
      let columns = Columns(row, kind: .principal)
      let userName = try columns.optionalBytes(3).map { bytes in try columns.text(bytes) }
      let policies = try columns.pairs(5).map {
        IdentityRecord.InlinePolicy(name: $0.name, document: $0.value)
      }
      let carried = IdentityRecord.Carried(inline: policies)
      let isRoot = try columns.flag(4)
      let record = IdentityRecord(
        id: IdentityID(try columns.text(0)), account: try columns.account(1), name: userName ?? "root",
        createdAt: try columns.moment(6), body: isRoot ? .root : .user(IdentityRecord.User(carried: carried)),
        origin: .principal(name: try columns.text(2), userName: userName))
      try ChangeWriter(db).addIdentity(Authenticated(record, code: try columns.bytes(7)))
    }
    try db.execute(sql: "DROP TABLE principals")
  }
}
