import Foundation
import GRDB
package import KMSBytes
package import KMSDomain

extension SQLiteStore: Store {
  // MARK: Keys

  package func key(_ id: KeyID) async throws(KMSError) -> Authenticated<KeyRecord>? {
    try await one(.keyByID, [Data(id.bits.bytes)]) { row, db in try Records.key(row, in: db) }
  }

  package func key(named name: KeyName) async throws(KMSError) -> Authenticated<KeyRecord>? {
    try await one(.keyByName, ChangeWriter.place(name)) { row, db in try Records.key(row, in: db) }
  }

  package func alias(_ name: KeyName) async throws(KMSError) -> Authenticated<AliasRecord>? {
    guard name.space == .alias else { return nil }
    return try await one(.alias, SQLiteStore.place(name.keyring) + [Data(text: name.text)]) { row, _ in
      try Records.alias(row, in: name.keyring)
    }
  }

  package func keyIdentifiers(
    in keyring: Keyring, after marker: String?, limit: Int
  ) async throws(KMSError) -> [String] {
    try await all(.identifiers, SQLiteStore.place(keyring) + [Data(text: marker ?? ""), max(0, limit)]) {
      row in
      try Columns(row, kind: .keyRecord).text(0)
    }
  }

  package func objects(
    in keyring: Keyring, by terms: [UInt64], before place: Int64?, limit: Int
  ) async throws(KMSError) -> [FoundObject] {
    guard let first = terms.first else { return [] }
    var arguments = SQLiteStore.place(keyring) + [Int64(bitPattern: first), place ?? .max]
    if terms.count > 1 { arguments += [Int64(bitPattern: terms[1])] }
    return try await all(terms.count > 1 ? .objectsOfTwo : .objects, arguments + [max(0, limit)]) { row in
      let columns = Columns(row, kind: .keyRecord)
      return FoundObject(id: KeyID(try columns.bits(1)), place: try columns.integer(0))
    }
  }

  package func aliases(
    in keyring: Keyring, of target: KeyID?, after marker: String?, limit: Int
  ) async throws(KMSError) -> [Authenticated<AliasRecord>] {
    var arguments = SQLiteStore.place(keyring) + [Data(text: marker ?? "")]
    if let target { arguments += [Data(target.bits.bytes)] }
    return try await all(target == nil ? .aliases : .aliasesOfKey, arguments + [max(0, limit)]) { row in
      try Records.alias(row, in: keyring)
    }
  }

  package func aliasCount(of target: KeyID) async throws(KMSError) -> Int {
    try await count(.aliasCount, [Data(target.bits.bytes)])
  }

  package func keysDue(before moment: Instant, limit: Int) async throws(KMSError) -> [KeyID] {
    try await all(.keysDue, [moment.milliseconds, max(0, limit)]) { row in
      KeyID(try Columns(row, kind: .keyRecord).bits(0))
    }
  }

  package func keysToRotate(before moment: Instant, limit: Int) async throws(KMSError) -> [KeyID] {
    try await all(.keysToRotate, [moment.milliseconds, max(0, limit)]) { row in
      KeyID(try Columns(row, kind: .keyRecord).bits(0))
    }
  }

  package func objectsToRenew(before moment: Instant, limit: Int) async throws(KMSError) -> [KeyID] {
    try await all(.objectsToRenew, [moment.milliseconds, max(0, limit)]) { row in
      KeyID(try Columns(row, kind: .keyRecord).bits(0))
    }
  }

  package func objectsToMoveOn(before moment: Instant, limit: Int) async throws(KMSError) -> [KeyID] {
    try await all(.objectsToMoveOn, [moment.milliseconds, max(0, limit)]) { row in
      KeyID(try Columns(row, kind: .keyRecord).bits(0))
    }
  }

  package func keysToExpire(before moment: Instant, limit: Int) async throws(KMSError) -> [KeyID] {
    try await all(.keysToExpire, [moment.milliseconds, max(0, limit)]) { row in
      KeyID(try Columns(row, kind: .keyRecord).bits(0))
    }
  }

  /// Those that are not destroyed.
  package func keyCount() async throws(KMSError) -> Int { try await count(.keyCount, []) }

  // MARK: Grants

  package func grant(_ id: GrantID, of key: KeyID) async throws(KMSError) -> Authenticated<GrantRecord>? {
    try await one(.grant, [Data(key.bits.bytes), Data(id.bytes)]) { row, _ in try Records.grant(row) }
  }

  package func grant(
    alike likeness: [UInt8], of key: KeyID
  ) async throws(KMSError) -> Authenticated<GrantRecord>? {
    try await one(.grantAlike, [Data(key.bits.bytes), Data(likeness)]) { row, _ in try Records.grant(row) }
  }

  package func grants(
    of key: KeyID, to grantee: String?, after marker: GrantID?, limit: Int
  ) async throws(KMSError) -> [Authenticated<GrantRecord>] {
    var arguments: StatementArguments = [Data(key.bits.bytes), Data(marker?.bytes ?? [])]
    if let grantee { arguments += [Data(text: grantee)] }
    return try await all(
      grantee == nil ? .grants : .grantsToGrantee, arguments + [max(0, limit)], Records.grant)
  }

  package func grants(
    retiredBy principal: String, in region: String, after marker: GrantID?, limit: Int
  ) async throws(KMSError) -> [Authenticated<GrantRecord>] {
    try await all(
      .retirableGrants,
      [Data(text: principal), Data(text: region), Data(marker?.bytes ?? []), max(0, limit)], Records.grant)
  }

  // MARK: Custom key stores

  package func customKeyStores(
    in keyring: Keyring
  ) async throws(KMSError) -> [Authenticated<CustomKeyStore>] {
    try await all(.customKeyStores, SQLiteStore.place(keyring)) { row in
      try Records.customKeyStore(row, in: keyring)
    }
  }

  // MARK: Vaults

  package func vault(_ name: VaultName) async throws(KMSError) -> Authenticated<Vault>? {
    try await one(.vault, [Data(text: name.text)]) { row, _ in try Records.vault(row) }
  }

  package func vaults(
    of account: AccountID?, after marker: VaultName?, limit: Int
  ) async throws(KMSError) -> [Authenticated<Vault>] {
    let page: StatementArguments = [Data(text: marker?.text ?? ""), max(0, limit)]
    guard let account else { return try await all(.vaults, page, Records.vault) }
    return try await all(.vaultsOfAccount, [Data(text: account.text)] + page, Records.vault)
  }

  // MARK: Uses

  package func lastUse(of key: KeyID) async throws(KMSError) -> KeyUse? {
    try await one(.lastUse, [Data(key.bits.bytes)]) { row, _ in
      let columns = Columns(row, kind: .keyUse)
      return KeyUse(
        key: key, kind: try columns.choice(0), time: try columns.moment(1),
        request: RequestID(try columns.bits(2)))
    }
  }

  package func usesRecordedSince() async throws(KMSError) -> Instant? {
    let found: Instant?? = try await one(.usesSince, []) { row, _ in
      try Columns(row, kind: .keyUse).optionalInteger(0).map(Instant.init(milliseconds:))
    }
    return found ?? nil
  }

  package func lastUse(ofAccessKey id: String) async throws(KMSError) -> AccessKeyUse? {
    try await one(.accessKeyUse, [Data(text: id)]) { row, _ in
      let columns = Columns(row, kind: .keyUse)
      return AccessKeyUse(
        accessKey: id, time: try columns.moment(0), region: try columns.text(1), service: try columns.text(2))
    }
  }

  // MARK: Identities

  package func accessKey(_ id: String) async throws(KMSError) -> Authenticated<AccessKeyRecord>? {
    try await one(.accessKey, [Data(text: id)]) { row, _ in try Records.accessKey(row) }
  }

  package func accessKeys(of owner: IdentityID) async throws(KMSError) -> [Authenticated<AccessKeyRecord>] {
    try await all(.accessKeysOfOwner, [Data(text: owner.text)], Records.accessKey)
  }

  package func clientCertificate(
    _ fingerprint: CertificateFingerprint
  ) async throws(KMSError) -> Authenticated<ClientCertificate>? {
    try await one(.clientCertificate, [Data(fingerprint.bytes)]) { row, _ in
      try Records.clientCertificate(row)
    }
  }

  package func clientCertificates(
    of owner: IdentityID
  ) async throws(KMSError) -> [Authenticated<ClientCertificate>] {
    try await all(.clientCertificatesOfOwner, [Data(text: owner.text)], Records.clientCertificate)
  }

  package func clientCertificates(
    in account: AccountID, after marker: CertificateFingerprint?, limit: Int
  ) async throws(KMSError) -> [Authenticated<ClientCertificate>] {
    try await all(
      .clientCertificatesOfAccount,
      [Data(text: account.text), Data(marker?.bytes ?? []), max(0, limit)], Records.clientCertificate)
  }

  package func identity(_ id: IdentityID) async throws(KMSError) -> Authenticated<IdentityRecord>? {
    try await one(.identity, [Data(text: id.text)]) { row, _ in try Records.identity(row) }
  }

  package func identity(
    named name: IdentityName
  ) async throws(KMSError) -> Authenticated<IdentityRecord>? {
    try await one(
      .identityByName,
      [Data(text: name.account.text), Int64(name.kind.rawValue), Data(text: name.folded)]
    ) { row, _ in try Records.identity(row) }
  }

  package func identities(
    _ kind: IdentityKind, of account: AccountID?, under path: String, after marker: String?, limit: Int
  ) async throws(KMSError) -> [Authenticated<IdentityRecord>] {
    guard let account else {
      return try await all(.roots, [Data(text: marker ?? ""), max(0, limit)], Records.identity)
    }
    return try await all(
      .identities,
      [
        Data(text: account.text), Int64(kind.rawValue), Data(text: marker ?? ""), path.utf8.count,
        Data(text: path), max(0, limit),
      ], Records.identity)
  }

  package func identities(
    referringTo id: IdentityID, after marker: IdentityID?, limit: Int
  ) async throws(KMSError) -> [Authenticated<IdentityRecord>] {
    try await all(
      .referringIdentities, [Data(text: id.text), Data(text: marker?.text ?? ""), max(0, limit)],
      Records.identity)
  }

  package func identityCount(_ kind: IdentityKind, of account: AccountID) async throws(KMSError) -> Int {
    try await count(.identityCount, [Data(text: account.text), Int64(kind.rawValue)])
  }

  // MARK: Outbox and checkpoint

  package func outbox(limit: Int) async throws(KMSError) -> [OutboxRecord] {
    try await all(.outbox, [max(0, limit)]) { row in
      let columns = Columns(row, kind: .keyRecord)
      return OutboxRecord(id: try columns.bits(0), line: try columns.bytes(1))
    }
  }

  package func auditCheckpoint() async throws(KMSError) -> [UInt8]? {
    let found: [UInt8]?? = try await one(.auditCheckpoint, []) { row, _ in
      try Columns(row, kind: .keyRecord).optionalBytes(0)
    }
    return found ?? nil
  }
}

// MARK: - Running a query

extension SQLiteStore {
  func count(_ query: Queries, _ arguments: StatementArguments) async throws(KMSError) -> Int {
    let count: Int? = try await one(query, arguments) { row, _ in try Columns(row, kind: .keyRecord).number(0)
    }
    return count ?? 0
  }

  func one<Result: Sendable>(
    _ query: Queries, _ arguments: StatementArguments,
    _ decode: @escaping @Sendable (Row, Database) throws -> Result
  ) async throws(KMSError) -> Result? {
    try await read { db in
      let statement = try db.cachedStatement(sql: query.sql)
      return try Row.fetchOne(statement, arguments: arguments).map { try decode($0, db) }
    }
  }

  func all<Result: Sendable>(
    _ query: Queries, _ arguments: StatementArguments, _ decode: @escaping @Sendable (Row) throws -> Result
  ) async throws(KMSError) -> [Result] {
    try await read { db in
      let statement = try db.cachedStatement(sql: query.sql)
      return try Row.fetchAll(statement, arguments: arguments).map(decode)
    }
  }

  /// Runs `body` on a snapshot that begins after this call did.
  func read<Result: Sendable>(
    _ body: @escaping @Sendable (Database) throws -> Result
  ) async throws(KMSError) -> Result {
    let onFault = onFault
    let result: Swift.Result<Result, KMSError> = await withCheckedContinuation { continuation in
      pool.asyncRead { connection in
        do {
          continuation.resume(returning: .success(try body(try connection.get())))
        } catch {
          continuation.resume(returning: .failure(Fault.translate(error, onFault)))
        }
      }
    }
    return try result.get()
  }

  private static func place(_ keyring: Keyring) -> StatementArguments {
    [Data(text: keyring.account.text), Data(text: keyring.region), keyring.kind.rawValue]
  }
}
