import Foundation
import GRDB
package import KMSDomain

// Reading when keys and access keys were used last.
extension SQLiteStore {
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
}
