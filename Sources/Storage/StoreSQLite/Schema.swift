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
    migrator.registerMigration("0001-keys") { db in try db.execute(sql: keys) }
    migrator.registerMigration("0002-public-keys") { db in try db.execute(sql: publicKeys) }
    migrator.registerMigration("0003-rotation") { db in try db.execute(sql: rotation) }
    migrator.registerMigration("0004-grants") { db in try db.execute(sql: grants) }
    migrator.registerMigration("0005-uses") { db in try db.execute(sql: uses) }
    migrator.registerMigration("0006-imports") { db in try db.execute(sql: imports) }
    migrator.registerMigration("0007-multi-region") { db in try db.execute(sql: multiRegion) }
    migrator.registerMigration("0008-custom-key-stores") { db in try db.execute(sql: customKeyStores) }
    migrator.registerMigration("0009-identities") { db in
      try db.execute(sql: identities)
      try EarlierPrincipals.move(in: db)
    }
    migrator.registerMigration("0010-key-counts") { db in try db.execute(sql: keyCounts) }
    migrator.registerMigration("0011-access-key-uses") { db in try db.execute(sql: accessKeyUses) }
    migrator.registerMigration("0012-client-certificates") { db in try db.execute(sql: clientCertificates) }
    migrator.registerMigration("0013-objects") { db in try db.execute(sql: objects) }
    migrator.registerMigration("0014-meant-principals") { db in try db.execute(sql: meantPrincipals) }
    migrator.registerMigration("0015-vaults") { db in try db.execute(sql: vaults) }
    migrator.registerMigration("0016-applications") { db in try db.execute(sql: ApplicationTables.sql) }
    migrator.registerMigration("0017-renewals") { db in try db.execute(sql: renewals) }
    migrator.registerMigration("0018-recovery") { db in
      try db.execute(sql: "ALTER TABLE epochs ADD COLUMN recovery BLOB")
    }
    migrator.registerMigration("0019-epochs") { db in try db.execute(sql: EpochTables.sql) }
    migrator.registerMigration("0020-removals") { db in try db.execute(sql: removals) }
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

  /// `content` is what the code covers; the other columns say the same for lookups. References keep what they name alive.
  private static let identities = """
    CREATE TABLE identities (
      id BLOB PRIMARY KEY,
      account BLOB NOT NULL,
      kind INTEGER NOT NULL,
      folded_name BLOB NOT NULL,
      path BLOB NOT NULL,
      generation INTEGER NOT NULL,
      content BLOB NOT NULL,
      code BLOB NOT NULL
    ) STRICT;
    CREATE UNIQUE INDEX identities_by_name ON identities (account, kind, folded_name);
    CREATE INDEX roots ON identities (account) WHERE kind = 1;

    CREATE TABLE identity_references (
      target BLOB NOT NULL,
      source BLOB NOT NULL,
      PRIMARY KEY (target, source)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX references_by_source ON identity_references (source);
    CREATE INDEX access_keys_by_owner ON access_keys (principal, id);
    """

  /// `content` is what the code covers; the other columns say the same for lookups.
  private static let vaults = """
    CREATE TABLE vaults (
      name BLOB PRIMARY KEY,
      account BLOB NOT NULL,
      generation INTEGER NOT NULL,
      content BLOB NOT NULL,
      code BLOB NOT NULL
    ) STRICT;
    CREATE INDEX vaults_by_account ON vaults (account, name);
    """

  /// `object` is covered by the key's code; names and terms say the same for lookups. Terms are in their keyring's order.
  private static let objects = """
    ALTER TABLE keys ADD COLUMN object BLOB;
    ALTER TABLE keys ADD COLUMN next_transition INTEGER;
    CREATE INDEX objects_to_move_on ON keys (next_transition) WHERE next_transition IS NOT NULL;
    CREATE INDEX given_names_by_key ON names (key) WHERE space = 3;
    CREATE TABLE key_terms (
      account BLOB NOT NULL,
      region BLOB NOT NULL,
      kind INTEGER NOT NULL,
      term INTEGER NOT NULL,
      key INTEGER NOT NULL REFERENCES keys (n),
      PRIMARY KEY (account, region, kind, term, key)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX terms_by_key ON key_terms (key);
    """

  /// Only active objects are renewed; 2 is their state.
  private static let renewals = """
    ALTER TABLE keys ADD COLUMN next_renewal INTEGER;
    CREATE INDEX objects_to_renew ON keys (next_renewal) WHERE next_renewal IS NOT NULL AND state = 2;
    """

  /// What is destroyed and has material (4 and 5 are the states) waits for its removal from a device; references to devices begin
  /// with 2.
  private static let removals = """
    CREATE INDEX versions_to_remove ON versions (key) WHERE material IS NOT NULL AND state IN (4, 5);
    CREATE INDEX versions_on_devices ON versions (id) WHERE substr(material, 1, 1) = x'02';
    """

  private static let publicKeys = """
    ALTER TABLE versions ADD COLUMN public_key BLOB;
    ALTER TABLE versions ADD COLUMN fingerprint BLOB;
    """

  /// Versions from before there were rotations came with their keys. Only active keys are rotated; 2 is their state.
  private static let rotation = """
    ALTER TABLE keys ADD COLUMN rotation_days INTEGER;
    ALTER TABLE keys ADD COLUMN next_rotation INTEGER;
    CREATE INDEX keys_to_rotate ON keys (next_rotation) WHERE next_rotation IS NOT NULL AND state = 2;
    ALTER TABLE versions ADD COLUMN cause INTEGER NOT NULL DEFAULT 1;
    """

  /// `region` is that of the key, so that lists over many keys need one index.
  private static let grants = """
    CREATE TABLE grants (
      key INTEGER NOT NULL REFERENCES keys (n),
      id BLOB NOT NULL CHECK (length(id) = 32),
      region BLOB NOT NULL,
      name BLOB NOT NULL,
      grantee BLOB NOT NULL,
      retiring BLOB,
      operations INTEGER NOT NULL,
      equals BLOB,
      subset BLOB,
      issuer BLOB NOT NULL,
      created_at INTEGER NOT NULL,
      likeness BLOB,
      code BLOB NOT NULL,
      PRIMARY KEY (key, id)
    ) STRICT, WITHOUT ROWID;
    CREATE UNIQUE INDEX grants_alike ON grants (key, likeness) WHERE likeness IS NOT NULL;
    CREATE INDEX grants_by_grantee ON grants (key, grantee, id);
    CREATE INDEX grants_by_retiring ON grants (retiring, region, id) WHERE retiring IS NOT NULL;
    """

  /// Whom names meant when they were written; NULL for nobody. Of a key packed: a name and an id in turns.
  private static let meantPrincipals = """
    ALTER TABLE keys ADD COLUMN meant BLOB;
    ALTER TABLE grants ADD COLUMN grantee_id BLOB;
    ALTER TABLE grants ADD COLUMN retiring_id BLOB;
    """

  /// Rows without a code: nothing is decided by them.
  private static let uses = """
    CREATE TABLE uses (
      key INTEGER PRIMARY KEY REFERENCES keys (n),
      kind INTEGER NOT NULL,
      time INTEGER NOT NULL,
      request BLOB NOT NULL
    ) STRICT;
    ALTER TABLE meta ADD COLUMN uses_since INTEGER;
    """

  private static let accessKeyUses = """
    CREATE TABLE access_key_uses (
      access_key BLOB PRIMARY KEY,
      time INTEGER NOT NULL,
      region BLOB NOT NULL,
      service BLOB NOT NULL
    ) STRICT, WITHOUT ROWID;
    """

  /// `account` is that of the owner, for lists.
  private static let clientCertificates = """
    CREATE TABLE client_certificates (
      fingerprint BLOB PRIMARY KEY CHECK (length(fingerprint) = 32),
      owner BLOB NOT NULL,
      account BLOB NOT NULL,
      label BLOB NOT NULL,
      not_before INTEGER NOT NULL,
      not_after INTEGER NOT NULL,
      created_at INTEGER NOT NULL,
      is_active INTEGER NOT NULL,
      code BLOB NOT NULL
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX client_certificates_by_owner ON client_certificates (owner, fingerprint);
    CREATE INDEX client_certificates_by_account ON client_certificates (account, fingerprint);
    """

  /// At most one row of a key waits for a rotation: it comes after the key's versions and is none of them yet.
  /// `next_expiry` is the earliest of the key's materials that are there.
  private static let imports = """
    ALTER TABLE versions ADD COLUMN expires_at INTEGER;
    ALTER TABLE versions ADD COLUMN description BLOB;
    ALTER TABLE versions ADD COLUMN is_pending INTEGER NOT NULL DEFAULT 0;
    ALTER TABLE keys ADD COLUMN next_expiry INTEGER;
    CREATE INDEX keys_to_expire ON keys (next_expiry) WHERE next_expiry IS NOT NULL;
    """

  /// `family` is packed: the id that names the material, the primary's Region, those of the replicas. Nothing searches in it.
  private static let multiRegion = """
    ALTER TABLE keys ADD COLUMN family BLOB;
    ALTER TABLE keys ADD COLUMN deletion_window INTEGER;
    """

  private static let customKeyStores = """
    CREATE TABLE custom_key_stores (
      account BLOB NOT NULL,
      region BLOB NOT NULL,
      kind INTEGER NOT NULL,
      id BLOB NOT NULL,
      name BLOB NOT NULL,
      created_at INTEGER NOT NULL,
      connection INTEGER NOT NULL,
      failure INTEGER,
      endpoint BLOB NOT NULL,
      path BLOB NOT NULL,
      connectivity INTEGER NOT NULL,
      service BLOB,
      service_owner BLOB,
      access_key BLOB NOT NULL,
      epoch INTEGER NOT NULL REFERENCES epochs (id),
      secret BLOB NOT NULL,
      generation INTEGER NOT NULL,
      code BLOB NOT NULL,
      PRIMARY KEY (account, region, kind, id),
      UNIQUE (account, region, kind, name)
    ) STRICT, WITHOUT ROWID;
    """

  /// How many keys a keyring has that are not destroyed (6 and 7), so that nobody has to count them. Without a code: only a quota
  /// is decided by it.
  private static let keyCounts = """
    CREATE TABLE key_counts (
      account BLOB NOT NULL,
      region BLOB NOT NULL,
      kind INTEGER NOT NULL,
      keys INTEGER NOT NULL,
      PRIMARY KEY (account, region, kind)
    ) STRICT, WITHOUT ROWID;
    INSERT INTO key_counts (account, region, kind, keys)
      SELECT account, region, kind, count(*) FROM keys WHERE state NOT IN (6, 7) GROUP BY account, region, kind;
    """

  /// `keys` has its own row numbers so that rows are appended and other tables refer to them by a small number.
  private static let keys = """
    CREATE TABLE meta (
      one INTEGER PRIMARY KEY CHECK (one = 1),
      store_id BLOB NOT NULL CHECK (length(store_id) = 16),
      keys INTEGER NOT NULL,
      audit_checkpoint BLOB
    ) STRICT;

    CREATE TABLE epochs (
      id INTEGER PRIMARY KEY,
      wrapped BLOB NOT NULL,
      created_at INTEGER NOT NULL,
      wraps INTEGER NOT NULL
    ) STRICT;

    CREATE TABLE keys (
      n INTEGER PRIMARY KEY,
      id BLOB NOT NULL UNIQUE,
      account BLOB NOT NULL,
      region BLOB NOT NULL,
      kind INTEGER NOT NULL,
      identifier BLOB NOT NULL,
      resource_name BLOB NOT NULL,
      spec INTEGER NOT NULL,
      usages INTEGER NOT NULL,
      origin INTEGER NOT NULL,
      exportable INTEGER NOT NULL,
      created_at INTEGER NOT NULL,
      state INTEGER NOT NULL,
      deletion_date INTEGER,
      description BLOB NOT NULL,
      tags BLOB NOT NULL,
      policy BLOB NOT NULL,
      current BLOB NOT NULL,
      generation INTEGER NOT NULL,
      code BLOB NOT NULL
    ) STRICT;
    CREATE INDEX keys_due ON keys (deletion_date) WHERE deletion_date IS NOT NULL;

    CREATE TABLE versions (
      key INTEGER NOT NULL REFERENCES keys (n),
      position INTEGER NOT NULL,
      id BLOB NOT NULL,
      state INTEGER NOT NULL,
      created_at INTEGER NOT NULL,
      epoch INTEGER REFERENCES epochs (id),
      material BLOB,
      PRIMARY KEY (key, position),
      CHECK ((epoch IS NULL) = (material IS NULL))
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE names (
      space INTEGER NOT NULL,
      account BLOB NOT NULL,
      region BLOB NOT NULL,
      kind INTEGER NOT NULL,
      text BLOB NOT NULL,
      key INTEGER NOT NULL REFERENCES keys (n),
      created_at INTEGER,
      updated_at INTEGER,
      code BLOB,
      PRIMARY KEY (space, account, region, kind, text)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX aliases_by_key ON names (key) WHERE space = 2;

    CREATE TABLE principals (
      id BLOB PRIMARY KEY,
      account BLOB NOT NULL,
      name BLOB NOT NULL,
      user_name BLOB,
      is_root INTEGER NOT NULL,
      policies BLOB NOT NULL,
      created_at INTEGER NOT NULL,
      code BLOB NOT NULL
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE access_keys (
      id BLOB PRIMARY KEY,
      principal BLOB NOT NULL,
      epoch INTEGER NOT NULL REFERENCES epochs (id),
      secret BLOB NOT NULL,
      is_active INTEGER NOT NULL,
      created_at INTEGER NOT NULL,
      code BLOB NOT NULL
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE outbox (
      n INTEGER PRIMARY KEY,
      id BLOB NOT NULL UNIQUE,
      line BLOB NOT NULL
    ) STRICT;
    """
}
