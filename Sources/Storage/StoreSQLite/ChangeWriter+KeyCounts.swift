import Foundation
import GRDB
import KMSDomain

extension ChangeWriter {
  /// Notes that the keyring has so many more keys that are not destroyed.
  mutating func countKeys(_ more: Int64, in keyring: Keyring) {
    if more != 0 { tally.keys[keyring, default: 0] += more }
  }

  /// What is stored, and what earlier changes of the transaction add to it.
  mutating func limitKeys(in keyring: Keyring, most: Int) throws {
    let count = try storedKeyCount(keyring) + tally.keys[keyring, default: 0]
    guard count <= most else { throw KMSError.tooManyKeys(most: most, present: Int(count) - 1) }
  }

  func writeKeyCounts() throws {
    for (keyring, more) in tally.keys where more != 0 {
      try run(
        """
        INSERT INTO key_counts (account, region, kind, keys) VALUES (?, ?, ?, ?)
        ON CONFLICT DO UPDATE SET keys = keys + excluded.keys
        """, Self.place(keyring) + [more])
    }
    let all = tally.keys.values.reduce(0, +)
    if all != 0 { try run("UPDATE meta SET keys = keys + ?", [all]) }
  }

  /// Read once for all changes of a transaction: the row is written at its end.
  private mutating func storedKeyCount(_ keyring: Keyring) throws -> Int64 {
    if let known = keyCounts[keyring] { return known }
    let statement = try db.cachedStatement(
      sql: "SELECT keys FROM key_counts WHERE account = ? AND region = ? AND kind = ?")
    let count = try Int64.fetchOne(statement, arguments: Self.place(keyring)) ?? 0
    keyCounts[keyring] = count
    return count
  }

  /// The primary key of a keyring's row.
  private static func place(_ keyring: Keyring) -> StatementArguments {
    [Data(text: keyring.account.text), Data(text: keyring.region), keyring.kind.rawValue]
  }
}
