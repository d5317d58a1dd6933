/// What is stored of grants, and of those whom policies name.
enum GrantTables {
  /// `region` is that of the key, so that lists over many keys need one index.
  static let grants = """
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
  static let meantPrincipals = """
    ALTER TABLE keys ADD COLUMN meant BLOB;
    ALTER TABLE grants ADD COLUMN grantee_id BLOB;
    ALTER TABLE grants ADD COLUMN retiring_id BLOB;
    """
}
