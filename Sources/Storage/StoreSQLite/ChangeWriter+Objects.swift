import Foundation
import GRDB
import KMSDomain

/// Where objects are found: by the names that their owners gave them, and by terms.
extension ChangeWriter {
  /// Of a new record.
  func index(_ object: ManagedObject, of record: KeyRecord, atRow row: Int64) throws {
    if let name = record.sharedName {
      try insert(Self.insertName, Self.place(name) + [row], orThrow: .contention)
    }
    try indexContent(of: object, record, atRow: row)
  }

  /// After a change.
  func indexAgain(_ record: KeyRecord, atRow row: Int64) throws {
    guard let object = record.object else { return }
    try run("DELETE FROM names WHERE space = 3 AND key = ?", [row])
    try run("DELETE FROM key_terms WHERE key = ?", [row])
    try indexContent(of: object, record, atRow: row)
  }

  /// A destroyed object gives its names up, and is still found by its terms.
  private func indexContent(of object: ManagedObject, _ record: KeyRecord, atRow row: Int64) throws {
    for name in object.names where !record.state.isDestroyed {
      try insert(
        Self.insertName, Self.place(KeyName(.given, name, in: record.home)) + [row],
        orThrow: .object(.nameTaken(name)))
    }
    for term in object.terms {
      try run(
        "INSERT INTO key_terms (account, region, kind, term, key) VALUES (?, ?, ?, ?, ?)",
        [
          Data(text: record.home.account.text), Data(text: record.home.region), record.home.kind.rawValue,
          Int64(bitPattern: term), row,
        ])
    }
  }

  private static let insertName = """
    INSERT INTO names (space, account, region, kind, text, key) VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING
    """
}
