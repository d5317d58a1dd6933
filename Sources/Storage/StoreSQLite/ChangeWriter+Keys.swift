import Foundation
import GRDB
import KMSDomain

extension ChangeWriter {
  mutating func createKey(_ key: Authenticated<KeyRecord>) throws {
    let row = try insertRow(key)
    try insert(
      """
      INSERT INTO names (space, account, region, kind, text, key) VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING
      """, Self.place(key.record.name) + [row], orThrow: .contention)
  }

  mutating func recreateKey(_ key: Authenticated<KeyRecord>, after predecessor: KeyID) throws {
    let row = try insertRow(key)
    try run(
      """
      UPDATE names SET key = ? WHERE space = ? AND account = ? AND region = ? AND kind = ? AND text = ?
      AND key = (SELECT n FROM keys WHERE id = ? AND state IN (?, ?))
      """,
      [row] + Self.place(key.record.name) + [
        Data(predecessor.bits.bytes), KeyState.destroyed.rawValue, KeyState.destroyedCompromised.rawValue,
      ])
    guard db.changesCount == 1 else { throw KMSError.contention }
  }

  /// A key with its versions, which no name leads to yet.
  /// - Returns: the row number.
  private mutating func insertRow(_ key: Authenticated<KeyRecord>) throws -> Int64 {
    try insert(Self.insertKey, keyArguments(key), orThrow: .contention)
    let row = db.lastInsertedRowID
    for (position, version) in key.record.versions.enumerated() {
      try addVersion(version, of: row, at: position)
    }
    tally.keys += key.record.state.isDestroyed ? 0 : 1
    return row
  }

  mutating func updateKey(_ key: Authenticated<KeyRecord>, expecting generation: UInt64) throws {
    let stored = try replaceRow(key, expecting: generation)
    try replaceVersions(of: stored, with: key.record.versions)
  }

  mutating func destroyKey(_ key: Authenticated<KeyRecord>, expecting generation: UInt64) throws {
    let stored = try replaceRow(key, expecting: generation)
    let emptied = key.record.versions.map { version -> KeyVersion in
      var emptied = version
      emptied.material = nil
      return emptied
    }
    try replaceVersions(of: stored, with: emptied)
    try run("DELETE FROM names WHERE space = 2 AND key = ?", [stored])
    try run("DELETE FROM grants WHERE key = ?", [stored])
    tally.hasDestroyed = true
  }

  /// Compares the generation and swaps everything in the key's row that may change.
  /// - Returns: the row number.
  private mutating func replaceRow(_ key: Authenticated<KeyRecord>, expecting generation: UInt64) throws
    -> Int64
  {
    let record = key.record
    let statement = try db.cachedStatement(sql: "SELECT n, state FROM keys WHERE id = ? AND generation = ?")
    let arguments: StatementArguments = [Data(record.id.bits.bytes), Int64(bitPattern: generation)]
    guard let found = try Row.fetchOne(statement, arguments: arguments) else { throw KMSError.contention }
    let columns = Columns(found, kind: .keyRecord)
    let (row, before) = (try columns.integer(0), try columns.state(1))
    try run(
      """
      UPDATE keys SET state = ?, deletion_date = ?, description = ?, tags = ?, policy = ?, current = ?,
        generation = ?, code = ?, rotation_days = ?, next_rotation = ?, family = ?, deletion_window = ? WHERE n = ?
      """,
      [
        record.state.rawValue, record.deletionDate?.milliseconds, Data(text: record.description),
        Self.packed(record.tags), Data(record.policy), Data(record.current.bits.bytes),
        Int64(bitPattern: record.generation), Data(key.code), record.rotation?.periodDays,
        record.rotation?.next.milliseconds, Self.packed(record.family), record.deletionWindowDays, row,
      ])
    tally.keys += (before.isDestroyed ? 1 : 0) - (record.state.isDestroyed ? 1 : 0)
    return row
  }

  /// Writes what differs. Versions are only ever added: a record that lacks a stored one is not of this key.
  private mutating func replaceVersions(of row: Int64, with versions: [KeyVersion]) throws {
    let stored = try Records.versions(of: row, in: db)
    guard stored.count <= versions.count else { throw KMSError.corrupt(.keyRecord) }
    for (position, version) in versions.enumerated() {
      guard position < stored.count else {
        try addVersion(version, of: row, at: position)
        continue
      }
      guard version.id == stored[position].id else { throw KMSError.corrupt(.keyRecord) }
      if version != stored[position] { try replaceVersion(version, stored[position], of: row, at: position) }
    }
  }

  private mutating func replaceVersion(
    _ version: KeyVersion, _ stored: KeyVersion, of row: Int64, at position: Int
  ) throws {
    try run(
      """
      UPDATE versions SET state = ?, epoch = ?, material = ?, public_key = ?, fingerprint = ?
      WHERE key = ? AND position = ?
      """,
      [
        version.state.rawValue, (version.material?.epoch.number).map { Int64($0) },
        (version.material?.bytes).map { Data($0) }, version.publicKey.map { Data($0) },
        version.fingerprint.map { Data($0) }, row, position,
      ])
    if version.material == nil && stored.material != nil { tally.hasDestroyed = true }
    if let material = version.material, material != stored.material { tally.wrapped(under: material.epoch) }
  }

  private mutating func addVersion(_ version: KeyVersion, of row: Int64, at position: Int) throws {
    try run(
      """
      INSERT INTO versions (key, position, id, state, created_at, epoch, material, public_key, fingerprint, cause)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
      """,
      [
        row, position, Data(version.id.bits.bytes), version.state.rawValue, version.createdAt.milliseconds,
        (version.material?.epoch.number).map { Int64($0) }, (version.material?.bytes).map { Data($0) },
        version.publicKey.map { Data($0) }, version.fingerprint.map { Data($0) },
        version.cause.rawValue,
      ])
    // Also a replica's copy of what was wrapped once: the count may be too high, never too low.
    if let material = version.material { tally.wrapped(under: material.epoch) }
  }

  private static let insertKey = """
    INSERT INTO keys (id, account, region, kind, identifier, resource_name, spec, usages, origin, exportable,
      created_at, state, deletion_date, description, tags, policy, current, generation, code,
      rotation_days, next_rotation, family, deletion_window)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING
    """

  private func keyArguments(_ key: Authenticated<KeyRecord>) -> StatementArguments {
    let record = key.record
    return [
      Data(record.id.bits.bytes), Data(text: record.home.account.text), Data(text: record.home.region),
      record.home.kind.rawValue, Data(text: record.identifier), Data(text: record.resourceName),
      record.spec.rawValue, record.usages.rawValue, record.origin.rawValue, record.exportable,
      record.createdAt.milliseconds, record.state.rawValue, record.deletionDate?.milliseconds,
      Data(text: record.description), Self.packed(record.tags), Data(record.policy),
      Data(record.current.bits.bytes), Int64(bitPattern: record.generation), Data(key.code),
      record.rotation?.periodDays, record.rotation?.next.milliseconds, Self.packed(record.family),
      record.deletionWindowDays,
    ]
  }

  private static func packed(_ tags: [Tag]) -> Data {
    Data(Packing.pack(tags.flatMap { [Array($0.key.utf8), Array($0.value.utf8)] }))
  }

  private static func packed(_ family: KeyFamily?) -> Data? {
    guard let family else { return nil }
    return Data(Packing.pack([family.material.bits.bytes] + family.regions.map { Array($0.utf8) }))
  }
}
