import GRDB
import KMSDomain

extension Records {
  /// content, code
  static func application(_ row: Row) throws -> Authenticated<Application> {
    let columns = Columns(row, kind: .application)
    guard let record = Application(canonical: try columns.bytes(0)) else { throw columns.corrupt }
    return Authenticated(record, code: try columns.bytes(1))
  }

  static let tokenKeyColumns = "id, epoch, material, public_key, created_at, starts_at, code"

  /// A row of `tokenKeyColumns`.
  static func tokenKey(_ row: Row) throws -> Authenticated<TokenKey> {
    let columns = Columns(row, kind: .tokenKey)
    let record = TokenKey(
      id: GUID(try columns.bits(0)),
      material: WrappedKey(epoch: EpochID(try columns.number(1)), bytes: try columns.bytes(2)),
      publicKey: try columns.bytes(3), createdAt: try columns.moment(4), startsAt: try columns.moment(5))
    return Authenticated(record, code: try columns.bytes(6))
  }
}
