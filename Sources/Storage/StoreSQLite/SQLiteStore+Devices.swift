import Foundation
import GRDB
package import KMSDomain

extension SQLiteStore {
  package func keysToRemove(after place: Int64?, limit: Int) async throws(KMSError) -> [FoundObject] {
    try await all(.keysToRemove, [place ?? 0, max(0, limit)]) { row in
      let columns = Columns(row, kind: .keyRecord)
      return FoundObject(id: KeyID(try columns.bits(1)), place: try columns.integer(0))
    }
  }

  package func removalCount() async throws(KMSError) -> Int { try await count(.removalCount, []) }

  package func references(to version: VersionID) async throws(KMSError) -> Int {
    try await count(.references, [Data(version.bits.bytes)])
  }
}
