import Foundation
import GRDB
import KMSDomain

extension ChangeWriter {
  func createAlias(_ alias: Authenticated<AliasRecord>) throws {
    let record = alias.record
    // Records of keys stay for ever, so a missing target is a change that came first.
    guard let target = try rowNumber(of: record.target) else { throw KMSError.contention }
    try insert(
      """
      INSERT INTO names (space, account, region, kind, text, key, created_at, updated_at, code)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING
      """,
      Self.place(record.name) + [
        target, record.createdAt.milliseconds, record.updatedAt.milliseconds, Data(alias.code),
      ], orThrow: .aliasExists(record.name.text))
  }

  func moveAlias(_ alias: Authenticated<AliasRecord>) throws {
    let record = alias.record
    guard let target = try rowNumber(of: record.target) else { throw KMSError.contention }
    try run(
      """
      UPDATE names SET key = ?, created_at = ?, updated_at = ?, code = ?
      WHERE space = ? AND account = ? AND region = ? AND kind = ? AND text = ?
      """,
      [target, record.createdAt.milliseconds, record.updatedAt.milliseconds, Data(alias.code)]
        + Self.place(record.name))
    guard db.changesCount == 1 else { throw KMSError.aliasNotFound(record.name.text) }
  }

  func deleteAlias(_ name: KeyName) throws {
    // Identifiers are never given up.
    guard name.space == .alias else { throw KMSError.aliasNotFound(name.text) }
    try run(
      "DELETE FROM names WHERE space = ? AND account = ? AND region = ? AND kind = ? AND text = ?",
      Self.place(name))
    guard db.changesCount == 1 else { throw KMSError.aliasNotFound(name.text) }
  }

  /// The primary key of a name.
  static func place(_ name: KeyName) -> StatementArguments {
    [
      name.space.rawValue, Data(text: name.keyring.account.text), Data(text: name.keyring.region),
      name.keyring.kind.rawValue, Data(text: name.text),
    ]
  }
}
