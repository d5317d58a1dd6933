import Foundation
import GRDB
import KMSDomain

extension Records {
  static let grantColumns = """
    grants.id, keys.id, grants.region, grants.name, grants.grantee, grants.retiring, grants.operations,
    grants.equals, grants.subset, grants.issuer, grants.created_at, grants.code, grants.grantee_id,
    grants.retiring_id
    """

  /// A row of `grantColumns`.
  static func grant(_ row: Row) throws -> Authenticated<GrantRecord> {
    let columns = Columns(row, kind: .grant)
    let name = try columns.bytes(0)
    guard name.count == 32, let id = GrantID(name.span),
      let operations = GrantOperations(rawValue: try columns.number(6))
    else { throw columns.corrupt }
    let terms = GrantTerms(
      name: try columns.text(3), grantee: try columns.text(4),
      retiring: try columns.optionalBytes(5).map { try columns.text($0) }, operations: operations,
      constraints: GrantConstraints(equals: try context(columns, 7), subset: try context(columns, 8)),
      issuer: try columns.account(9))
    let record = GrantRecord(
      id: id, key: KeyID(try columns.bits(1)), region: try columns.text(2), terms: terms,
      meant: GrantRecord.Meant(
        grantee: try columns.optionalText(12).map { IdentityID($0) },
        retiring: try columns.optionalText(13).map { IdentityID($0) }), createdAt: try columns.moment(10))
    return Authenticated(record, code: try columns.bytes(11))
  }

  private static func context(_ columns: Columns, _ index: Int) throws -> EncryptionContext? {
    guard try columns.optionalBytes(index) != nil else { return nil }
    let pairs = try columns.pairs(index).map {
      EncryptionContext.Pair(name: $0.name, value: try columns.text($0.value))
    }
    guard let context = EncryptionContext(pairs) else { throw columns.corrupt }
    return context
  }
}
