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

  func recordAccessKeyUses(_ uses: [AccessKeyUse]) throws {
    for use in uses {
      try run(
        """
        INSERT INTO access_key_uses (access_key, time, region, service)
        SELECT id, ?, ?, ? FROM access_keys WHERE id = ?
        ON CONFLICT (access_key) DO UPDATE SET time = excluded.time, region = excluded.region, service = excluded.service
        WHERE excluded.time >= access_key_uses.time
        """,
        [use.time.milliseconds, Data(text: use.region), Data(text: use.service), Data(text: use.accessKey)])
    }
  }
}
