/// What is stored of the places where keys are, but for keyrings.
enum PlaceTables {
  /// `content` is what the code covers; the other columns say the same for lookups.
  static let vaults = """
    CREATE TABLE vaults (
      name BLOB PRIMARY KEY,
      account BLOB NOT NULL,
      generation INTEGER NOT NULL,
      content BLOB NOT NULL,
      code BLOB NOT NULL
    ) STRICT;
    CREATE INDEX vaults_by_account ON vaults (account, name);
    """

  static let customKeyStores = """
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
}
