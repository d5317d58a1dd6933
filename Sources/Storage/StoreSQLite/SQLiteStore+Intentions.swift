import Foundation
import GRDB
package import KMSDomain

extension SQLiteStore {
  package func keep(_ intention: DeviceIntention) throws(KMSError) {
    try writer.submitAndWait(.intention(intention))
  }

  package func intentions(
    after marker: VersionID?, limit: Int
  ) async throws(KMSError) -> [DeviceIntention] {
    try await all(.intentions, [Data(marker?.bits.bytes ?? []), max(0, limit)]) { row in
      let columns = Columns(row, kind: .keyMaterial)
      return DeviceIntention(version: VersionID(try columns.bits(0)), bytes: try columns.bytes(1))
    }
  }

  package func forgetIntention(of version: VersionID) async throws(KMSError) {
    try await writer.submit(.forgottenIntention(version))
  }
}
