/// Applications, and the keys by which tokens for them are signed.
///
/// `content` is what an application's code covers; the other columns say the same for lookups.
enum ApplicationTables {
  static let sql = """
    CREATE TABLE applications (
      client_id BLOB PRIMARY KEY CHECK (length(client_id) = 16),
      object_id BLOB NOT NULL UNIQUE CHECK (length(object_id) = 16),
      account BLOB NOT NULL,
      owner BLOB NOT NULL,
      generation INTEGER NOT NULL,
      content BLOB NOT NULL,
      code BLOB NOT NULL
    ) STRICT;
    CREATE INDEX applications_by_owner ON applications (owner, client_id);
    CREATE INDEX applications_by_account ON applications (account, client_id);

    CREATE TABLE application_subjects (
      issuer BLOB NOT NULL,
      subject BLOB NOT NULL,
      account BLOB NOT NULL,
      client_id BLOB NOT NULL,
      PRIMARY KEY (issuer, subject, account, client_id)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX application_subjects_by_application ON application_subjects (client_id);

    CREATE TABLE token_keys (
      id BLOB PRIMARY KEY CHECK (length(id) = 16),
      epoch INTEGER NOT NULL,
      material BLOB NOT NULL,
      public_key BLOB NOT NULL,
      created_at INTEGER NOT NULL,
      starts_at INTEGER NOT NULL,
      code BLOB NOT NULL
    ) STRICT;
    CREATE INDEX token_keys_by_start ON token_keys (starts_at, id);
    """
}
