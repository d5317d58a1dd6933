/// What is stored of who may come: users, groups, roles, policies, and by what they are known.
enum IdentityTables {
  /// `content` is what the code covers; the other columns say the same for lookups. References keep what they name alive.
  static let identities = """
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

  static let accessKeyUses = """
    CREATE TABLE access_key_uses (
      access_key BLOB PRIMARY KEY,
      time INTEGER NOT NULL,
      region BLOB NOT NULL,
      service BLOB NOT NULL
    ) STRICT, WITHOUT ROWID;
    """

  /// `account` is that of the owner, for lists.
  static let clientCertificates = """
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
}
