import Foundation
import GRDB
import KMSDomain

extension Records {
  static let customKeyStoreColumns = """
    id, name, created_at, connection, failure, endpoint, path, connectivity, service, service_owner, access_key, epoch,
    secret, generation, code
    """

  /// A row of `customKeyStoreColumns`.
  static func customKeyStore(_ row: Row, in keyring: Keyring) throws -> Authenticated<CustomKeyStore> {
    let columns = Columns(row, kind: .customKeyStore)
    guard let id = KeyStoreID(try columns.text(0)) else { throw columns.corrupt }
    let address = ProxyAddress(
      endpoint: try columns.text(5), path: try columns.text(6), connectivity: try connectivity(columns))
    let secret = WrappedCredential(epoch: EpochID(try columns.number(11)), bytes: try columns.bytes(12))
    let record = CustomKeyStore(
      id: id, home: keyring, createdAt: try columns.moment(2), name: try columns.text(1),
      connection: try connection(columns),
      proxy: ExternalProxy(
        address: address, credential: ProxyCredential(accessKey: try columns.text(10), secret: secret)),
      generation: UInt64(bitPattern: try columns.integer(13)))
    return Authenticated(record, code: try columns.bytes(14))
  }

  private static func connection(_ columns: Columns) throws(KMSError) -> KeyStoreConnection {
    let failure: KeyStoreConnection.Failure? =
      try columns.optionalInteger(4) == nil ? nil : try columns.choice(4)
    guard let connection = KeyStoreConnection(code: try columns.number(3), failure: failure) else {
      throw columns.corrupt
    }
    return connection
  }

  private static func connectivity(_ columns: Columns) throws(KMSError) -> ProxyConnectivity {
    let kind: ProxyConnectivity.Kind = try columns.choice(7)
    switch (kind, try columns.optionalBytes(8), try columns.optionalBytes(9)) {
    case (.publicEndpoint, nil, nil): return .publicEndpoint
    case (.endpointService, let name?, .some):
      return .endpointService(name: try columns.text(name), owner: try columns.account(9))
    case (.publicEndpoint, _, _), (.endpointService, _, _): throw columns.corrupt
    }
  }
}
