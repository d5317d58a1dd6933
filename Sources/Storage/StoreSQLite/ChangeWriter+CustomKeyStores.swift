import Foundation
import GRDB
import KMSDomain

extension ChangeWriter {
  mutating func addCustomKeyStore(
    _ keyStore: Authenticated<CustomKeyStore>, seen: [KeyStoreID: UInt64]
  ) throws {
    let record = keyStore.record
    try requireCustomKeyStores(seen, in: record.home)
    try insert(
      """
      INSERT INTO custom_key_stores (account, region, kind, id, created_at, name, connection, failure, endpoint, path,
        connectivity, service, service_owner, access_key, epoch, secret, generation, code)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING
      """,
      Self.place(record.id, in: record.home) + [record.createdAt.milliseconds] + Self.content(keyStore),
      orThrow: .contention)
    tally.wrapped(under: record.proxy.credential.secret.epoch)
  }

  mutating func updateCustomKeyStore(
    _ keyStore: Authenticated<CustomKeyStore>, seen: [KeyStoreID: UInt64]
  ) throws {
    let record = keyStore.record
    try requireCustomKeyStores(seen, in: record.home)
    let place = Self.place(record.id, in: record.home)
    let statement = try db.cachedStatement(
      sql: "SELECT secret FROM custom_key_stores WHERE account = ? AND region = ? AND kind = ? AND id = ?")
    guard let row = try Row.fetchOne(statement, arguments: place) else { throw KMSError.contention }
    let before = try Columns(row, kind: .customKeyStore).bytes(0)
    try run(
      """
      UPDATE custom_key_stores SET name = ?, connection = ?, failure = ?, endpoint = ?, path = ?, connectivity = ?,
        service = ?, service_owner = ?, access_key = ?, epoch = ?, secret = ?, generation = ?, code = ?
      WHERE account = ? AND region = ? AND kind = ? AND id = ?
      """, Self.content(keyStore) + place)
    let secret = record.proxy.credential.secret
    guard secret.bytes != before else { return }
    tally.wrapped(under: secret.epoch)
    tally.destroy()
  }

  mutating func removeCustomKeyStore(
    _ id: KeyStoreID, in keyring: Keyring, seen: [KeyStoreID: UInt64]
  ) throws {
    try requireCustomKeyStores(seen, in: keyring)
    try run(
      "DELETE FROM custom_key_stores WHERE account = ? AND region = ? AND kind = ? AND id = ?",
      Self.place(id, in: keyring))
    guard db.changesCount == 1 else { throw KMSError.contention }
    tally.destroy()
  }

  /// Checks that the stores of the keyring are the ones over which the change was judged.
  private func requireCustomKeyStores(_ seen: [KeyStoreID: UInt64], in keyring: Keyring) throws {
    let statement = try db.cachedStatement(
      sql: "SELECT id, generation FROM custom_key_stores WHERE account = ? AND region = ? AND kind = ?")
    let rows = try Row.fetchAll(statement, arguments: Self.place(keyring))
    guard rows.count == seen.count else { throw KMSError.contention }
    for row in rows {
      let columns = Columns(row, kind: .customKeyStore)
      guard let id = KeyStoreID(try columns.text(0)),
        seen[id] == UInt64(bitPattern: try columns.integer(1))
      else { throw KMSError.contention }
    }
  }

  /// What may change, and the code.
  private static func content(_ keyStore: Authenticated<CustomKeyStore>) -> StatementArguments {
    let record = keyStore.record
    let (address, credential) = (record.proxy.address, record.proxy.credential)
    let service: (name: String, owner: AccountID)? =
      switch address.connectivity {
      case .publicEndpoint: nil
      case .endpointService(let name, let owner): (name, owner)
      }
    return [
      Data(text: record.name), record.connection.code, record.connection.failure?.rawValue,
      Data(text: address.endpoint), Data(text: address.path), address.connectivity.kind.rawValue,
      service.map { Data(text: $0.name) }, service.map { Data(text: $0.owner.text) },
      Data(text: credential.accessKey), Int64(credential.secret.epoch.number), Data(credential.secret.bytes),
      Int64(bitPattern: record.generation), Data(keyStore.code),
    ]
  }

  private static func place(_ keyring: Keyring) -> StatementArguments {
    [Data(text: keyring.account.text), Data(text: keyring.region), keyring.kind.rawValue]
  }

  private static func place(_ id: KeyStoreID, in keyring: Keyring) -> StatementArguments {
    place(keyring) + [Data(text: id.text)]
  }
}
