/// The tables that there were at first. `keys` has its own row numbers so that rows are appended and other tables refer to them by a small number.
enum FirstTables {
  static let sql = """
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
