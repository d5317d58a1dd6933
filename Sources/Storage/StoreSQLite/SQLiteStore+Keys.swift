import Foundation
import GRDB
package import KMSDomain

// Reading keys, their names, and which of them something is due with.
extension SQLiteStore {
  package func key(_ id: KeyID) async throws(KMSError) -> Authenticated<KeyRecord>? {
    try await one(.keyByID, [Data(id.bits.bytes)]) { row, db in try Records.key(row, in: db) }
  }

  package func key(named name: KeyName) async throws(KMSError) -> Authenticated<KeyRecord>? {
    try await one(.keyByName, ChangeWriter.place(name)) { row, db in try Records.key(row, in: db) }
  }

  package func alias(_ name: KeyName) async throws(KMSError) -> Authenticated<AliasRecord>? {
    guard name.space == .alias else { return nil }
    return try await one(.alias, SQLiteStore.place(name.keyring) + [Data(text: name.text)]) { row, _ in
      try Records.alias(row, in: name.keyring)
    }
  }

  package func keyIdentifiers(
    in keyring: Keyring, after marker: String?, limit: Int
  ) async throws(KMSError) -> [String] {
    try await all(.identifiers, SQLiteStore.place(keyring) + [Data(text: marker ?? ""), max(0, limit)]) {
      row in
      try Columns(row, kind: .keyRecord).text(0)
    }
  }

  package func objects(
    in keyring: Keyring, by terms: [UInt64], before place: Int64?, limit: Int
  ) async throws(KMSError) -> [FoundObject] {
    guard let first = terms.first else { return [] }
    var arguments = SQLiteStore.place(keyring) + [Int64(bitPattern: first), place ?? .max]
    if terms.count > 1 { arguments += [Int64(bitPattern: terms[1])] }
    return try await all(terms.count > 1 ? .objectsOfTwo : .objects, arguments + [max(0, limit)]) { row in
      let columns = Columns(row, kind: .keyRecord)
      return FoundObject(id: KeyID(try columns.bits(1)), place: try columns.integer(0))
    }
  }

  package func aliases(
    in keyring: Keyring, of target: KeyID?, after marker: String?, limit: Int
  ) async throws(KMSError) -> [Authenticated<AliasRecord>] {
    var arguments = SQLiteStore.place(keyring) + [Data(text: marker ?? "")]
    if let target { arguments += [Data(target.bits.bytes)] }
    return try await all(target == nil ? .aliases : .aliasesOfKey, arguments + [max(0, limit)]) { row in
      try Records.alias(row, in: keyring)
    }
  }

  package func aliasCount(of target: KeyID) async throws(KMSError) -> Int {
    try await count(.aliasCount, [Data(target.bits.bytes)])
  }

  package func keysDue(before moment: Instant, limit: Int) async throws(KMSError) -> [KeyID] {
    try await due(.keysDue, before: moment, limit)
  }

  package func keysToRotate(before moment: Instant, limit: Int) async throws(KMSError) -> [KeyID] {
    try await due(.keysToRotate, before: moment, limit)
  }

  package func objectsToRenew(before moment: Instant, limit: Int) async throws(KMSError) -> [KeyID] {
    try await due(.objectsToRenew, before: moment, limit)
  }

  package func objectsToMoveOn(before moment: Instant, limit: Int) async throws(KMSError) -> [KeyID] {
    try await due(.objectsToMoveOn, before: moment, limit)
  }

  package func keysToExpire(before moment: Instant, limit: Int) async throws(KMSError) -> [KeyID] {
    try await due(.keysToExpire, before: moment, limit)
  }

  /// Those that are not destroyed.
  package func keyCount() async throws(KMSError) -> Int { try await count(.keyCount, []) }

  private func due(
    _ query: Queries, before moment: Instant, _ limit: Int
  ) async throws(KMSError) -> [KeyID] {
    try await all(query, [moment.milliseconds, max(0, limit)]) { row in
      KeyID(try Columns(row, kind: .keyRecord).bits(0))
    }
  }
}
