import Foundation
import GRDB
import KMSDomain

/// The tables, as a list of steps that are never edited once released.
///
/// Whatever comes from outside is a blob, text too: SQLite compares blobs byte by byte, and a NUL is a byte like any
/// other, where it would end a text. Times are milliseconds, enumerations their raw values.
enum Schema {
  static let migrator: DatabaseMigrator = {
    var migrator = DatabaseMigrator()
    migrator.registerMigration("0001-keys") { db in try db.execute(sql: FirstTables.sql) }
    migrator.registerMigration("0002-public-keys") { db in try db.execute(sql: KeyTables.publicKeys) }
    migrator.registerMigration("0003-rotation") { db in try db.execute(sql: KeyTables.rotation) }
    migrator.registerMigration("0004-grants") { db in try db.execute(sql: GrantTables.grants) }
    migrator.registerMigration("0005-uses") { db in try db.execute(sql: KeyTables.uses) }
    migrator.registerMigration("0006-imports") { db in try db.execute(sql: KeyTables.imports) }
    migrator.registerMigration("0007-multi-region") { db in try db.execute(sql: KeyTables.multiRegion) }
    migrator.registerMigration("0008-custom-key-stores") { db in
      try db.execute(sql: PlaceTables.customKeyStores)
    }
    migrator.registerMigration("0009-identities") { db in
      try db.execute(sql: IdentityTables.identities)
      try EarlierPrincipals.move(in: db)
    }
    migrator.registerMigration("0010-key-counts") { db in try db.execute(sql: KeyTables.keyCounts) }
    migrator.registerMigration("0011-access-key-uses") { db in
      try db.execute(sql: IdentityTables.accessKeyUses)
    }
    migrator.registerMigration("0012-client-certificates") { db in
      try db.execute(sql: IdentityTables.clientCertificates)
    }
    migrator.registerMigration("0013-objects") { db in try db.execute(sql: KeyTables.objects) }
    migrator.registerMigration("0014-meant-principals") { db in
      try db.execute(sql: GrantTables.meantPrincipals)
    }
    migrator.registerMigration("0015-vaults") { db in try db.execute(sql: PlaceTables.vaults) }
    migrator.registerMigration("0016-applications") { db in try db.execute(sql: ApplicationTables.sql) }
    migrator.registerMigration("0017-renewals") { db in try db.execute(sql: KeyTables.renewals) }
    migrator.registerMigration("0018-recovery") { db in
      try db.execute(sql: "ALTER TABLE epochs ADD COLUMN recovery BLOB")
    }
    migrator.registerMigration("0019-epochs") { db in try db.execute(sql: EpochTables.sql) }
    migrator.registerMigration("0020-removals") { db in try db.execute(sql: KeyTables.removals) }
    migrator.registerMigration("0021-seals") { db in try db.execute(sql: EpochTables.seals) }
    migrator.registerMigration("0022-intentions") { db in try db.execute(sql: KeyTables.intentions) }
    return migrator
  }()

  /// The id of a finished store; nil while there is none.
  static func storeID(_ db: Database) throws -> Bits128? {
    guard let bytes = try Data.fetchOne(db, sql: "SELECT store_id FROM meta") else { return nil }
    return Bits128([UInt8](bytes).span)
  }

  static func establish(_ storeID: Bits128, in db: Database) throws {
    try db.execute(
      sql: "INSERT INTO meta (one, store_id, keys, audit_checkpoint) VALUES (1, ?, 0, NULL)",
      arguments: [Data(storeID.bytes)])
  }
}
