/// How what is wrapped is found by its epoch, what is left of epochs that are gone, and how far erasing has come.
///
/// `erasure` has one row without a code: what it says is judged against the secrets that are there.
enum EpochTables {
  static let sql = """
    ALTER TABLE epochs ADD COLUMN erasure BLOB;
    CREATE TABLE retired_epochs (
      id INTEGER PRIMARY KEY,
      wrapped BLOB NOT NULL,
      until INTEGER NOT NULL,
      erasure BLOB
    ) STRICT;
    CREATE INDEX versions_by_epoch ON versions (epoch, key) WHERE epoch IS NOT NULL;
    CREATE INDEX access_keys_by_epoch ON access_keys (epoch, id);
    CREATE INDEX custom_key_stores_by_epoch ON custom_key_stores (epoch, id);
    CREATE INDEX token_keys_by_epoch ON token_keys (epoch, id);
    CREATE TABLE erasure (
      one INTEGER PRIMARY KEY CHECK (one = 1),
      begun BLOB,
      begun_at INTEGER,
      finished BLOB,
      finished_at INTEGER,
      destroyed INTEGER NOT NULL,
      destroying INTEGER NOT NULL
    ) STRICT;
    INSERT INTO erasure (one, destroyed, destroying) VALUES (1, 0, 0);
    """

  /// Which seal file belongs to the database. Epochs from before have no code until the next start of a server.
  static let seals = """
    ALTER TABLE epochs ADD COLUMN seal INTEGER NOT NULL DEFAULT 0;
    ALTER TABLE epochs ADD COLUMN code BLOB;
    CREATE TABLE seal_note (
      one INTEGER PRIMARY KEY CHECK (one = 1),
      generation INTEGER NOT NULL,
      file_code BLOB NOT NULL,
      code BLOB NOT NULL
    ) STRICT;
    """
}
