/// What is stored of keys beyond what there was at first, in the steps in which it came.
enum KeyTables {
  /// What is about to be made on a device, see `DeviceIntention`.
  static let intentions = """
    CREATE TABLE device_intentions (version BLOB PRIMARY KEY, content BLOB NOT NULL) STRICT, WITHOUT ROWID;
    """

  /// What is destroyed and has material (4 and 5 are the states) waits for its removal from a device; references to devices begin
  /// with 2.
  static let removals = """
    CREATE INDEX versions_to_remove ON versions (key) WHERE material IS NOT NULL AND state IN (4, 5);
    CREATE INDEX versions_on_devices ON versions (id) WHERE substr(material, 1, 1) = x'02';
    """

  static let publicKeys = """
    ALTER TABLE versions ADD COLUMN public_key BLOB;
    ALTER TABLE versions ADD COLUMN fingerprint BLOB;
    """

  /// Versions from before there were rotations came with their keys. Only active keys are rotated; 2 is their state.
  static let rotation = """
    ALTER TABLE keys ADD COLUMN rotation_days INTEGER;
    ALTER TABLE keys ADD COLUMN next_rotation INTEGER;
    CREATE INDEX keys_to_rotate ON keys (next_rotation) WHERE next_rotation IS NOT NULL AND state = 2;
    ALTER TABLE versions ADD COLUMN cause INTEGER NOT NULL DEFAULT 1;
    """

  /// Rows without a code: nothing is decided by them.
  static let uses = """
    CREATE TABLE uses (
      key INTEGER PRIMARY KEY REFERENCES keys (n),
      kind INTEGER NOT NULL,
      time INTEGER NOT NULL,
      request BLOB NOT NULL
    ) STRICT;
    ALTER TABLE meta ADD COLUMN uses_since INTEGER;
    """

  /// At most one row of a key waits for a rotation: it comes after the key's versions and is none of them yet.
  /// `next_expiry` is the earliest of the key's materials that are there.
  static let imports = """
    ALTER TABLE versions ADD COLUMN expires_at INTEGER;
    ALTER TABLE versions ADD COLUMN description BLOB;
    ALTER TABLE versions ADD COLUMN is_pending INTEGER NOT NULL DEFAULT 0;
    ALTER TABLE keys ADD COLUMN next_expiry INTEGER;
    CREATE INDEX keys_to_expire ON keys (next_expiry) WHERE next_expiry IS NOT NULL;
    """

  /// `family` is packed: the id that names the material, the primary's Region, those of the replicas. Nothing searches in it.
  static let multiRegion = """
    ALTER TABLE keys ADD COLUMN family BLOB;
    ALTER TABLE keys ADD COLUMN deletion_window INTEGER;
    """

  /// How many keys a keyring has that are not destroyed (6 and 7), so that nobody has to count them. Without a code: only a quota
  /// is decided by it.
  static let keyCounts = """
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

  /// `object` is covered by the key's code; names and terms say the same for lookups. Terms are in their keyring's order.
  static let objects = """
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
  static let renewals = """
    ALTER TABLE keys ADD COLUMN next_renewal INTEGER;
    CREATE INDEX objects_to_renew ON keys (next_renewal) WHERE next_renewal IS NOT NULL AND state = 2;
    """
}
