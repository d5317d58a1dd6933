import Foundation
import GRDB
import KMSDomain

extension ChangeWriter {
  func createAlias(_ alias: Authenticated<AliasRecord>, target generation: UInt64) throws {
    let record = alias.record
    let target = try rowNumber(of: record.target, expecting: generation)
    try insert(
      """
      INSERT INTO names (space, account, region, kind, text, key, created_at, updated_at, code)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING
      """,
      Self.place(record.name) + [
        target, record.createdAt.milliseconds, record.updatedAt.milliseconds, Data(alias.code),
      ], orThrow: .aliasExists(record.name.text))
    try requireRoom(atRow: target)
  }

  func moveAlias(
    _ alias: Authenticated<AliasRecord>, expecting code: [UInt8], target generation: UInt64
  ) throws {
    let record = alias.record
    try require(record.name, code: code)
    let target = try rowNumber(of: record.target, expecting: generation)
    try run(
      """
      UPDATE names SET key = ?, created_at = ?, updated_at = ?, code = ?
      WHERE space = ? AND account = ? AND region = ? AND kind = ? AND text = ?
      """,
      [target, record.createdAt.milliseconds, record.updatedAt.milliseconds, Data(alias.code)]
        + Self.place(record.name))
    try requireRoom(atRow: target)
  }

  /// Others may have named the key since its aliases were counted: inside the transaction nobody can.
  private func requireRoom(atRow key: Int64) throws {
    let statement = try db.cachedStatement(sql: "SELECT count(*) FROM names WHERE key = ? AND space = 2")
    let count = try Int.fetchOne(statement, arguments: [key]) ?? 0
    guard count <= KeyRecord.mostAliases else { throw KMSError.contention }
  }

  func deleteAlias(_ name: KeyName, expecting code: [UInt8]) throws {
    try require(name, code: code)
    try run(
      "DELETE FROM names WHERE space = ? AND account = ? AND region = ? AND kind = ? AND text = ?",
      Self.place(name))
  }

  /// Checks that the stored alias is still the one that was authorised.
  private func require(_ name: KeyName, code: [UInt8]) throws {
    // Identifiers are never given up.
    guard name.space == .alias else { throw KMSError.aliasNotFound(name.text) }
    let statement = try db.cachedStatement(
      sql: "SELECT code FROM names WHERE space = ? AND account = ? AND region = ? AND kind = ? AND text = ?")
    guard let row = try Row.fetchOne(statement, arguments: Self.place(name)) else {
      throw KMSError.aliasNotFound(name.text)
    }
    let stored = try Columns(row, kind: .aliasRecord).optionalBytes(0)
    guard stored == code else { throw KMSError.contention }
  }

  /// The primary key of a name.
  static func place(_ name: KeyName) -> StatementArguments {
    [
      name.space.rawValue, Data(text: name.keyring.account.text), Data(text: name.keyring.region),
      name.keyring.kind.rawValue, Data(text: name.text),
    ]
  }
}
