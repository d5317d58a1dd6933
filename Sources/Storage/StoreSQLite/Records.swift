import Foundation
import GRDB
import KMSDomain

/// From rows to records. Each function names the columns that it reads, in their order.
enum Records {
  /// After the row number, everything of a key but its versions.
  static let keyColumns = """
    keys.n, keys.id, keys.account, keys.region, keys.kind, keys.identifier, keys.resource_name, keys.spec,
    keys.usages, keys.origin, keys.exportable, keys.created_at, keys.state, keys.deletion_date, keys.description,
    keys.tags, keys.policy, keys.current, keys.generation, keys.code,
    keys.rotation_days, keys.next_rotation, keys.family, keys.deletion_window, keys.next_expiry, keys.object, keys.meant
    """

  /// A row of `keyColumns` and the versions that belong to it.
  static func key(_ row: Row, in db: Database) throws -> Authenticated<KeyRecord> {
    let columns = Columns(row, kind: .keyRecord)
    let materials = try materials(of: try columns.integer(0), in: db)
    let record = KeyRecord(
      id: KeyID(try columns.bits(1)),
      home: Keyring(
        account: try columns.account(2), region: try columns.text(3), kind: try columns.choice(4)),
      identifier: try columns.text(5), resourceName: try columns.text(6), spec: try columns.choice(7),
      usages: KeyUsages(rawValue: try columns.number(8)), origin: try columns.choice(9),
      exportable: try columns.flag(10), createdAt: try columns.moment(11), state: try columns.state(12),
      deletionDate: try columns.optionalInteger(13).map(Instant.init(milliseconds:)),
      description: try columns.text(14), tags: try tags(columns, 15), policy: try columns.bytes(16),
      versions: materials.versions, current: VersionID(try columns.bits(17)),
      generation: UInt64(bitPattern: try columns.integer(18)), rotation: try rotation(columns),
      family: try family(columns), deletionWindowDays: try deletionWindow(columns),
      pending: materials.pending,
      object: try object(columns), meant: try meant(columns))
    // It follows from the rest, and material must not stay because somebody edited it away.
    guard try columns.optionalInteger(24) == record.nextExpiry?.milliseconds else { throw columns.corrupt }
    return Authenticated(record, code: try columns.bytes(19))
  }

  private static func rotation(_ columns: Columns) throws(KMSError) -> RotationSchedule? {
    switch (try columns.optionalInteger(20), try columns.optionalInteger(21)) {
    case (nil, nil): return nil
    case (let days?, let next?):
      guard let days = Int(exactly: days) else { throw columns.corrupt }
      return RotationSchedule(periodDays: days, next: Instant(milliseconds: next))
    case (nil, .some), (.some, nil): throw columns.corrupt
    }
  }

  private static func object(_ columns: Columns) throws(KMSError) -> ManagedObject? {
    guard let bytes = try columns.optionalBytes(25) else { return nil }
    guard let object = ManagedObject(canonical: bytes) else { throw columns.corrupt }
    return object
  }

  private static func family(_ columns: Columns) throws(KMSError) -> KeyFamily? {
    guard let bytes = try columns.optionalBytes(22) else { return nil }
    guard let items = Packing.unpack(bytes), let first = items.first, first.count == 16,
      let material = Bits128(first.span), items.count >= 2
    else { throw columns.corrupt }
    var replicas: [String] = []
    for region in items.dropFirst(2) { replicas.append(try columns.text(region)) }
    return KeyFamily(
      material: KeyID(material), primaryRegion: try columns.text(items[1]), replicaRegions: replicas)
  }

  private static func deletionWindow(_ columns: Columns) throws(KMSError) -> Int? {
    guard let days = try columns.optionalInteger(23) else { return nil }
    guard let days = Int(exactly: days) else { throw columns.corrupt }
    return days
  }

  private static func meant(
    _ columns: Columns
  ) throws(KMSError) -> [IdentityRecord.TrustedPrincipal] {
    guard try columns.optionalBytes(26) != nil else { return [] }
    var principals: [IdentityRecord.TrustedPrincipal] = []
    for pair in try columns.pairs(26) {
      principals.append(
        IdentityRecord.TrustedPrincipal(name: pair.name, id: IdentityID(try columns.text(pair.value))))
    }
    return principals
  }

  private static func tags(_ columns: Columns, _ index: Int) throws(KMSError) -> [Tag] {
    var tags: [Tag] = []
    for pair in try columns.pairs(index) {
      tags.append(Tag(key: pair.name, value: try columns.text(pair.value)))
    }
    return tags
  }

  static let versionsQuery = """
    SELECT id, state, created_at, epoch, material, public_key, fingerprint, cause, expires_at, description, is_pending
    FROM versions WHERE key = ? ORDER BY position
    """

  /// The versions of a key, and what waits to be the next one.
  struct Materials {
    var versions: [KeyVersion] = []
    var pending: KeyVersion?

    var all: [KeyVersion] { pending.map { versions + [$0] } ?? versions }
  }

  static func materials(of key: Int64, in db: Database) throws -> Materials {
    let statement = try db.cachedStatement(sql: versionsQuery)
    var result = Materials()
    for row in try Row.fetchAll(statement, arguments: [key]) {
      let columns = Columns(row, kind: .keyRecord)
      let version = try version(columns)
      // Nothing comes after what waits.
      guard result.pending == nil else { throw columns.corrupt }
      if try columns.flag(10) { result.pending = version } else { result.versions.append(version) }
    }
    return result
  }

  private static func version(_ columns: Columns) throws(KMSError) -> KeyVersion {
    KeyVersion(
      id: VersionID(try columns.bits(0)), state: try columns.choice(1), createdAt: try columns.moment(2),
      material: try material(columns), publicKey: try columns.optionalBytes(5),
      fingerprint: try columns.optionalBytes(6), cause: try columns.choice(7),
      expiry: try columns.optionalInteger(8).map(Instant.init(milliseconds:)),
      description: try columns.optionalText(9))
  }

  private static func material(_ columns: Columns) throws(KMSError) -> WrappedKey? {
    guard let bytes = try columns.optionalBytes(4) else { return nil }
    return WrappedKey(epoch: EpochID(try columns.number(3)), bytes: bytes)
  }

  /// text, target, created_at, updated_at, code
  static func alias(_ row: Row, in keyring: Keyring) throws -> Authenticated<AliasRecord> {
    let columns = Columns(row, kind: .aliasRecord)
    let record = AliasRecord(
      name: KeyName(.alias, try columns.text(0), in: keyring), target: KeyID(try columns.bits(1)),
      createdAt: try columns.moment(2), updatedAt: try columns.moment(3))
    return Authenticated(record, code: try columns.bytes(4))
  }

  /// id, principal, epoch, secret, is_active, created_at, code
  static func accessKey(_ row: Row) throws -> Authenticated<AccessKeyRecord> {
    let columns = Columns(row, kind: .accessKey)
    let record = AccessKeyRecord(
      id: try columns.text(0), principal: IdentityID(try columns.text(1)),
      secret: WrappedCredential(epoch: EpochID(try columns.number(2)), bytes: try columns.bytes(3)),
      isActive: try columns.flag(4), createdAt: try columns.moment(5))
    return Authenticated(record, code: try columns.bytes(6))
  }

  /// content, code
  static func identity(_ row: Row) throws -> Authenticated<IdentityRecord> {
    let columns = Columns(row, kind: .principal)
    guard let record = IdentityRecord(canonical: try columns.bytes(0)) else { throw columns.corrupt }
    return Authenticated(record, code: try columns.bytes(1))
  }

  static func vault(_ row: Row) throws -> Authenticated<Vault> {
    let columns = Columns(row, kind: .vault)
    guard let record = Vault(canonical: try columns.bytes(0)) else { throw columns.corrupt }
    return Authenticated(record, code: try columns.bytes(1))
  }
}
