import Foundation
import GRDB
package import KMSDomain

extension SQLiteStore {
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
}
