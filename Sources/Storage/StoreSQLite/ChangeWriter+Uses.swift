import Foundation
import GRDB
import KMSDomain

extension ChangeWriter {
  func recordUses(_ uses: [KeyUse], since: Instant) throws {
    try run("UPDATE meta SET uses_since = ? WHERE uses_since IS NULL", [since.milliseconds])
    for use in uses {
      try run(
        """
        INSERT INTO uses (key, kind, time, request) SELECT n, ?, ?, ? FROM keys WHERE id = ?
        ON CONFLICT (key) DO UPDATE SET kind = excluded.kind, time = excluded.time, request = excluded.request
        WHERE excluded.time >= uses.time
        """,
        [
          use.kind.rawValue, use.time.milliseconds, Data(use.request.bits.bytes), Data(use.key.bits.bytes),
        ])
    }
  }
}
