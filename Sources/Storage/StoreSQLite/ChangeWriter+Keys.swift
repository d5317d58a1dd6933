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
    if let shared = key.record.sharedName { try releaseName(shared, of: predecessor) }
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

  /// Where an object also stands, it makes room like at home.
  private func releaseName(_ name: KeyName, of predecessor: KeyID) throws {
    try run(
      """
      DELETE FROM names WHERE space = ? AND account = ? AND region = ? AND kind = ? AND text = ?
      AND key = (SELECT n FROM keys WHERE id = ? AND state IN (?, ?))
      """,
      Self.place(name) + [
        Data(predecessor.bits.bytes), KeyState.destroyed.rawValue, KeyState.destroyedCompromised.rawValue,
      ])
  }

  /// A key with its versions, which no name leads to yet.
  /// - Returns: the row number.
  private mutating func insertRow(_ key: Authenticated<KeyRecord>) throws -> Int64 {
    try insert(Self.insertKey, keyArguments(key), orThrow: .contention)
    let row = db.lastInsertedRowID
    let record = key.record
    for (position, version) in record.materials.enumerated() {
      try addVersion(version, of: row, at: position, isPending: position == record.versions.count)
      // Also a replica's copy of what was wrapped once: the count may be too high, never too low.
      if let material = version.material { tally.wrapped(under: material.epoch) }
    }
    countKeys(key.record.state.isDestroyed ? 0 : 1, in: record.home)
    if let object = record.object { try index(object, of: record, atRow: row) }
    return row
  }

  mutating func updateKey(_ key: Authenticated<KeyRecord>, expecting generation: UInt64) throws {
    let stored = try replaceRow(key, expecting: generation, nextExpiry: key.record.nextExpiry)
    try replaceVersions(of: stored, with: key.record.versions, pending: key.record.pending)
    try indexAgain(key.record, atRow: stored)
  }

  mutating func destroyKey(_ key: Authenticated<KeyRecord>, expecting generation: UInt64) throws {
    let stored = try replaceRow(key, expecting: generation, nextExpiry: nil)
    let emptied = key.record.versions.map { version -> KeyVersion in
      var emptied = version
      if emptied.material?.isOnDevice != true { emptied.material = nil }
      return emptied
    }
    try replaceVersions(of: stored, with: emptied, pending: nil)
    try run("DELETE FROM names WHERE space = 2 AND key = ?", [stored])
    try indexAgain(key.record, atRow: stored)
    try run("DELETE FROM grants WHERE key = ?", [stored])
    tally.hasDestroyed = true
  }

  /// Compares the generation and swaps everything in the key's row that may change.
  /// - Returns: the row number.
  private mutating func replaceRow(
    _ key: Authenticated<KeyRecord>, expecting generation: UInt64, nextExpiry: Instant?
  ) throws -> Int64 {
    let record = key.record
    let statement = try db.cachedStatement(sql: "SELECT n, state FROM keys WHERE id = ? AND generation = ?")
    let arguments: StatementArguments = [Data(record.id.bits.bytes), Int64(bitPattern: generation)]
    guard let found = try Row.fetchOne(statement, arguments: arguments) else { throw KMSError.contention }
    let columns = Columns(found, kind: .keyRecord)
    let (row, before) = (try columns.integer(0), try columns.state(1))
    try run(
      """
      UPDATE keys SET state = ?, deletion_date = ?, description = ?, tags = ?, policy = ?, current = ?,
        generation = ?, code = ?, rotation_days = ?, next_rotation = ?, family = ?, deletion_window = ?,
        next_expiry = ?, object = ?, next_transition = ?, meant = ?, next_renewal = ? WHERE n = ?
      """,
      [
        record.state.rawValue, record.deletionDate?.milliseconds, Data(text: record.description),
        Self.packed(record.tags), Data(record.policy), Data(record.current.bits.bytes),
        Int64(bitPattern: record.generation), Data(key.code), record.rotation?.periodDays,
        record.rotation?.next.milliseconds, Self.packed(record.family), record.deletionWindowDays,
        nextExpiry?.milliseconds, Self.packed(record.object), record.nextMove?.milliseconds,
        Self.packed(record.meant), record.object?.renewal?.milliseconds, row,
      ])
    countKeys((before.isDestroyed ? 1 : 0) - (record.state.isDestroyed ? 1 : 0), in: record.home)
    return row
  }

  /// Writes what differs. Versions are only ever added: a record that lacks a stored one is not of this key. What waits for a
  /// rotation comes and goes.
  private mutating func replaceVersions(
    of row: Int64, with versions: [KeyVersion], pending: KeyVersion?
  ) throws {
    let stored = try Records.materials(of: row, in: db)
    guard stored.versions.count <= versions.count else { throw KMSError.corrupt(.keyRecord) }
    // First, because it stands where the next version goes.
    let keepsPending = pending == stored.pending && versions.count == stored.versions.count
    if stored.pending != nil, !keepsPending {
      try run("DELETE FROM versions WHERE key = ? AND is_pending = 1", [row])
    }
    for (position, version) in versions.enumerated() {
      guard position < stored.versions.count else {
        try addVersion(version, of: row, at: position, isPending: false)
        continue
      }
      let before = stored.versions[position]
      guard version.id == before.id else { throw KMSError.corrupt(.keyRecord) }
      if version != before { try replaceVersion(version, of: row, at: position) }
    }
    if let pending, !keepsPending {
      try addVersion(pending, of: row, at: versions.count, isPending: true)
    }
    count(from: stored.all, to: pending.map { versions + [$0] } ?? versions)
  }

  /// Notes what is wrapped anew, and whether something was destroyed. Material that became current by a rotation only moved.
  private mutating func count(from before: [KeyVersion], to after: [KeyVersion]) {
    let old = Set(before.compactMap(\.material))
    let new = Set(after.compactMap(\.material))
    for material in new.subtracting(old) { tally.wrapped(under: material.epoch) }
    let left = Set(after.filter { $0.material != nil }.map(\.id))
    if before.contains(where: { $0.material != nil && !left.contains($0.id) }) { tally.destroy() }
  }

  private func replaceVersion(_ version: KeyVersion, of row: Int64, at position: Int) throws {
    try run(
      """
      UPDATE versions SET state = ?, epoch = ?, material = ?, public_key = ?, fingerprint = ?, expires_at = ?,
        description = ?
      WHERE key = ? AND position = ?
      """,
      [
        version.state.rawValue, (version.material?.epoch.number).map { Int64($0) },
        (version.material?.bytes).map { Data($0) }, version.publicKey.map { Data($0) },
        version.fingerprint.map { Data($0) }, version.expiry?.milliseconds,
        version.description.map { Data(text: $0) }, row, position,
      ])
  }

  private func addVersion(
    _ version: KeyVersion, of row: Int64, at position: Int, isPending: Bool
  ) throws {
    try run(
      """
      INSERT INTO versions (key, position, id, state, created_at, epoch, material, public_key, fingerprint, cause,
        expires_at, description, is_pending)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
      """,
      [
        row, position, Data(version.id.bits.bytes), version.state.rawValue, version.createdAt.milliseconds,
        (version.material?.epoch.number).map { Int64($0) }, (version.material?.bytes).map { Data($0) },
        version.publicKey.map { Data($0) }, version.fingerprint.map { Data($0) },
        version.cause.rawValue, version.expiry?.milliseconds, version.description.map { Data(text: $0) },
        isPending,
      ])
    if version.material?.isOnDevice == true { try forgetIntention(of: version.id) }
  }

  private static let insertKey = """
    INSERT INTO keys (id, account, region, kind, identifier, resource_name, spec, usages, origin, exportable,
      created_at, state, deletion_date, description, tags, policy, current, generation, code,
      rotation_days, next_rotation, family, deletion_window, next_expiry, object,
      next_transition, meant, next_renewal)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING
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
      record.deletionWindowDays, record.nextExpiry?.milliseconds, Self.packed(record.object),
      record.nextMove?.milliseconds, Self.packed(record.meant), record.object?.renewal?.milliseconds,
    ]
  }

  private static func packed(_ tags: [Tag]) -> Data {
    Data(Packing.pack(tags.flatMap { [Array($0.key.utf8), Array($0.value.utf8)] }))
  }

  private static func packed(_ object: ManagedObject?) -> Data? {
    object.map { Data($0.canonicalBytes) }
  }

  private static func packed(_ meant: [IdentityRecord.TrustedPrincipal]) -> Data? {
    guard !meant.isEmpty else { return nil }
    return Data(Packing.pack(meant.flatMap { [Array($0.name.utf8), Array($0.id.text.utf8)] }))
  }

  private static func packed(_ family: KeyFamily?) -> Data? {
    guard let family else { return nil }
    return Data(Packing.pack([family.material.bits.bytes] + family.regions.map { Array($0.utf8) }))
  }
}
