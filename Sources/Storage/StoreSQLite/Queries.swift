import KMSDomain

/// Every statement that reads, so that a test can ask SQLite how it would run them: none may walk through a table.
enum Queries: CaseIterable {
  case keyByID
  case keyByName
  case alias
  case identifiers
  case objects
  case objectsOfTwo
  case aliases
  case aliasesOfKey
  case aliasCount
  case keysDue
  case keysToRotate
  case keysToExpire
  case objectsToMoveOn
  case objectsToRenew
  case keyCount
  case grant
  case grantAlike
  case grants
  case grantsToGrantee
  case retirableGrants
  case customKeyStores
  case vault
  case vaultsOfAccount
  case vaults
  case lastUse
  case usesSince
  case accessKeyUse
  case accessKey
  case accessKeysOfOwner
  case clientCertificate
  case clientCertificatesOfOwner
  case clientCertificatesOfAccount
  case application
  case applicationOfObject
  case applicationsOfOwner
  case applicationsOfAccount
  case applicationsOfSubject
  case tokenKeys
  case identity
  case identityByName
  case identities
  case roots
  case referringIdentities
  case identityCount
  case epochs
  case sealNote
  case retiredEpochs
  case erasure
  case materialsOfEpoch
  case accessKeysOfEpoch
  case keyStoresOfEpoch
  case tokenKeysOfEpoch
  case keysToRemove
  case removalCount
  case references
  case intentions
  case keysUnderEpoch
  case accessKeysUnderEpoch
  case keyStoresUnderEpoch
  case tokenKeysUnderEpoch
  case outbox
  case auditCheckpoint

  var sql: String {
    switch self {
    case .keyByID: "SELECT \(Records.keyColumns) FROM keys WHERE id = ?"
    case .keyByName:
      """
      SELECT \(Records.keyColumns) FROM names JOIN keys ON keys.n = names.key
      WHERE names.space = ? AND names.account = ? AND names.region = ? AND names.kind = ? AND names.text = ?
      """
    case .alias: Queries.anyAlias + " AND names.text = ?"
    case .identifiers:
      """
      SELECT names.text FROM names JOIN keys ON keys.n = names.key
      WHERE names.space = 1 AND names.account = ? AND names.region = ? AND names.kind = ? AND names.text > ?
      AND keys.state NOT IN (\(KeyState.destroyed.rawValue), \(KeyState.destroyedCompromised.rawValue)) ORDER BY names.text LIMIT ?
      """
    case .objects:
      """
      SELECT keys.n, keys.id FROM key_terms JOIN keys ON keys.n = key_terms.key
      WHERE key_terms.account = ? AND key_terms.region = ? AND key_terms.kind = ? AND key_terms.term = ? AND key_terms.key < ?
      ORDER BY key_terms.key DESC LIMIT ?
      """
    case .objectsOfTwo:
      """
      SELECT keys.n, keys.id FROM key_terms JOIN keys ON keys.n = key_terms.key
      WHERE key_terms.account = ? AND key_terms.region = ? AND key_terms.kind = ? AND key_terms.term = ? AND key_terms.key < ?
      AND EXISTS (SELECT 1 FROM key_terms AS other WHERE other.account = key_terms.account
        AND other.region = key_terms.region AND other.kind = key_terms.kind AND other.term = ? AND other.key = key_terms.key)
      ORDER BY key_terms.key DESC LIMIT ?
      """
    case .aliases: Queries.anyAlias + " AND names.text > ? ORDER BY names.text LIMIT ?"
    case .aliasesOfKey:
      """
      SELECT names.text, keys.id, names.created_at, names.updated_at, names.code
      FROM keys JOIN names INDEXED BY aliases_by_key ON names.key = keys.n
      WHERE names.space = 2 AND names.account = ? AND names.region = ? AND names.kind = ? AND names.text > ?
      AND keys.id = ? ORDER BY names.text LIMIT ?
      """
    case .aliasCount:
      "SELECT count(*) FROM keys JOIN names ON names.key = keys.n WHERE keys.id = ? AND names.space = 2"
    case .keysDue:
      """
      SELECT id FROM keys WHERE deletion_date IS NOT NULL AND deletion_date <= ? ORDER BY deletion_date LIMIT ?
      """
    case .keysToRotate:
      """
      SELECT id FROM keys WHERE next_rotation IS NOT NULL AND state = \(KeyState.active.rawValue) AND next_rotation <= ?
      ORDER BY next_rotation LIMIT ?
      """
    case .keysToExpire:
      "SELECT id FROM keys WHERE next_expiry IS NOT NULL AND next_expiry <= ? ORDER BY next_expiry LIMIT ?"
    case .objectsToMoveOn:
      """
      SELECT id FROM keys WHERE next_transition IS NOT NULL AND next_transition <= ? ORDER BY next_transition LIMIT ?
      """
    case .objectsToRenew:
      """
      SELECT id FROM keys WHERE next_renewal IS NOT NULL AND state = \(KeyState.active.rawValue) AND next_renewal <= ?
      ORDER BY next_renewal LIMIT ?
      """
    case .keyCount: "SELECT keys FROM meta"
    case .grant: Queries.anyGrant + " WHERE keys.id = ? AND grants.id = ?"
    case .grantAlike: Queries.anyGrant + " WHERE keys.id = ? AND grants.likeness = ?"
    case .grants: Queries.anyGrant + " WHERE keys.id = ? AND grants.id > ? ORDER BY grants.id LIMIT ?"
    case .grantsToGrantee:
      Queries.anyGrant
        + " WHERE keys.id = ? AND grants.id > ? AND grants.grantee = ? ORDER BY grants.id LIMIT ?"
    case .retirableGrants:
      """
      SELECT \(Records.grantColumns) FROM grants INDEXED BY grants_by_retiring JOIN keys ON keys.n = grants.key
      WHERE grants.retiring = ? AND grants.region = ? AND grants.id > ? ORDER BY grants.id LIMIT ?
      """
    case .customKeyStores:
      """
      SELECT \(Records.customKeyStoreColumns) FROM custom_key_stores WHERE account = ? AND region = ? AND kind = ?
      ORDER BY id
      """
    case .vault: "SELECT content, code FROM vaults WHERE name = ?"
    case .vaultsOfAccount:
      """
      SELECT content, code FROM vaults INDEXED BY vaults_by_account WHERE account = ? AND name > ?
      ORDER BY name LIMIT ?
      """
    case .vaults: "SELECT content, code FROM vaults WHERE name > ? ORDER BY name LIMIT ?"
    case .lastUse:
      "SELECT uses.kind, uses.time, uses.request FROM keys JOIN uses ON uses.key = keys.n WHERE keys.id = ?"
    case .usesSince: "SELECT uses_since FROM meta"
    case .accessKeyUse: "SELECT time, region, service FROM access_key_uses WHERE access_key = ?"
    case .accessKey:
      "SELECT id, principal, epoch, secret, is_active, created_at, code FROM access_keys WHERE id = ?"
    case .accessKeysOfOwner:
      "SELECT id, principal, epoch, secret, is_active, created_at, code FROM access_keys WHERE principal = ? ORDER BY id"
    case .clientCertificate:
      "SELECT \(Records.clientCertificateColumns) FROM client_certificates WHERE fingerprint = ?"
    case .clientCertificatesOfOwner:
      """
      SELECT \(Records.clientCertificateColumns) FROM client_certificates WHERE owner = ? ORDER BY fingerprint
      """
    case .clientCertificatesOfAccount:
      """
      SELECT \(Records.clientCertificateColumns) FROM client_certificates INDEXED BY client_certificates_by_account
      WHERE account = ? AND fingerprint > ? ORDER BY fingerprint LIMIT ?
      """
    case .application: "SELECT content, code FROM applications WHERE client_id = ?"
    case .applicationOfObject: "SELECT content, code FROM applications WHERE object_id = ?"
    case .applicationsOfOwner: "SELECT content, code FROM applications WHERE owner = ? ORDER BY client_id"
    case .applicationsOfAccount:
      """
      SELECT content, code FROM applications INDEXED BY applications_by_account
      WHERE account = ? AND client_id > ? ORDER BY client_id LIMIT ?
      """
    case .applicationsOfSubject:
      """
      SELECT applications.content, applications.code FROM application_subjects JOIN applications
      ON applications.client_id = application_subjects.client_id
      WHERE application_subjects.issuer = ? AND application_subjects.subject = ? AND application_subjects.account = ?
      ORDER BY application_subjects.client_id LIMIT 16
      """
    case .tokenKeys:
      "SELECT \(Records.tokenKeyColumns) FROM token_keys WHERE starts_at >= ? ORDER BY starts_at, id"
    case .identity: "SELECT content, code FROM identities WHERE id = ?"
    case .identityByName:
      "SELECT content, code FROM identities WHERE account = ? AND kind = ? AND folded_name = ?"
    case .identities:
      """
      SELECT content, code FROM identities WHERE account = ? AND kind = ? AND folded_name > ?
      AND substr(path, 1, ?) = ? ORDER BY folded_name LIMIT ?
      """
    case .roots:
      """
      SELECT content, code FROM identities INDEXED BY roots
      WHERE kind = \(IdentityKind.root.rawValue) AND account > ? ORDER BY account LIMIT ?
      """
    case .referringIdentities:
      """
      SELECT identities.content, identities.code FROM identity_references JOIN identities
      ON identities.id = identity_references.source
      WHERE identity_references.target = ? AND identity_references.source > ?
      ORDER BY identity_references.source LIMIT ?
      """
    case .identityCount: "SELECT count(*) FROM identities WHERE account = ? AND kind = ?"
    case .epochs:
      "SELECT id, wrapped, created_at, wraps, recovery, erasure, seal, code FROM epochs ORDER BY id"
    case .sealNote: "SELECT generation, file_code, code FROM seal_note WHERE one = 1"
    case .erasure:
      "SELECT begun, begun_at, finished, finished_at, destroyed, destroying FROM erasure WHERE one = 1"
    case .retiredEpochs: "SELECT id, wrapped, until, erasure FROM retired_epochs WHERE id >= ? ORDER BY id"
    case .materialsOfEpoch: "SELECT count(*) FROM versions INDEXED BY versions_by_epoch WHERE epoch = ?"
    case .accessKeysOfEpoch: "SELECT count(*) FROM access_keys WHERE epoch = ?"
    case .keyStoresOfEpoch: "SELECT count(*) FROM custom_key_stores WHERE epoch = ?"
    case .tokenKeysOfEpoch: "SELECT count(*) FROM token_keys WHERE epoch = ?"
    case .keysToRemove:
      """
      SELECT keys.n, keys.id FROM keys WHERE n IN (SELECT DISTINCT key FROM versions INDEXED BY versions_to_remove
        WHERE material IS NOT NULL AND state IN (4, 5) AND key > ? ORDER BY key LIMIT ?) ORDER BY n
      """
    case .removalCount:
      """
      SELECT count(*) FROM versions INDEXED BY versions_to_remove WHERE material IS NOT NULL AND state IN (4, 5) AND key > 0
      """
    case .references:
      "SELECT count(*) FROM versions INDEXED BY versions_on_devices WHERE id = ? AND substr(material, 1, 1) = x'02'"
    case .intentions:
      "SELECT version, content FROM device_intentions WHERE version > ? ORDER BY version LIMIT ?"
    case .keysUnderEpoch:
      """
      SELECT \(Records.keyColumns) FROM keys WHERE n IN (SELECT DISTINCT key FROM versions INDEXED BY versions_by_epoch
        WHERE epoch = ? AND key > ? ORDER BY key LIMIT ?) ORDER BY n
      """
    case .accessKeysUnderEpoch:
      """
      SELECT id, principal, epoch, secret, is_active, created_at, code FROM access_keys WHERE epoch = ? AND id > ?
      ORDER BY id LIMIT ?
      """
    case .keyStoresUnderEpoch:
      """
      SELECT \(Records.customKeyStoreColumns), account, region, kind FROM custom_key_stores WHERE epoch = ? AND id > ?
      ORDER BY id LIMIT ?
      """
    case .tokenKeysUnderEpoch:
      "SELECT \(Records.tokenKeyColumns) FROM token_keys WHERE epoch = ? AND id > ? ORDER BY id LIMIT ?"
    case .outbox: "SELECT id, line FROM outbox ORDER BY n LIMIT ?"
    case .auditCheckpoint: "SELECT audit_checkpoint FROM meta"
    }
  }

  private static let anyGrant =
    "SELECT \(Records.grantColumns) FROM keys JOIN grants ON grants.key = keys.n"

  private static let anyAlias = """
    SELECT names.text, keys.id, names.created_at, names.updated_at, names.code
    FROM names JOIN keys ON keys.n = names.key
    WHERE names.space = 2 AND names.account = ? AND names.region = ? AND names.kind = ?
    """
}
