/// The admin API: JSON over HTTP on the Unix socket of a data directory. Who may connect is decided by the socket: its mode
/// and the peer's user id.
package enum AdminAPI {
  /// GET: `StatusReport`.
  package static let status = "/v1/status"
  /// POST `ClockAdvance`: `ClockReading`. Development servers only.
  package static let advanceClock = "/v1/clock/advance"
  /// POST: `IssuedAccessKey`. Development servers only.
  package static let accessKeys = "/v1/dev/access-keys"

  /// The longest body of a request or an answer, in bytes.
  package static let longestBody = 1 << 20
}

/// The body of every answer that isn't a success.
package struct AdminFault: Codable, Sendable, Equatable {
  /// For programs: "developmentOnly", "invalidRequest", "notFound", or the engine's code.
  package let code: String
  /// For people; says what to do where there is something to do.
  package let message: String

  package init(code: String, message: String) {
    self.code = code
    self.message = message
  }
}

package struct ClockAdvance: Codable, Sendable, Equatable {
  /// The farthest a single request moves the clock: a hundred years.
  package static let mostSeconds: Int64 = 100 * 365 * 86_400

  /// From 1 to `mostSeconds`.
  package let seconds: Int64

  package init(seconds: Int64) { self.seconds = seconds }
}

package struct ClockReading: Codable, Sendable, Equatable {
  /// The server's time, RFC 3339 in UTC.
  package let now: String
  /// Keys that came due by the move and were destroyed.
  package let destroyedKeys: Int
  /// Keys that came due by the move and got new material.
  package let rotatedKeys: Int
  /// Keys that lost imported material because its time had come by the move.
  package let expiredKeys: Int

  package init(now: String, destroyedKeys: Int, rotatedKeys: Int, expiredKeys: Int) {
    self.expiredKeys = expiredKeys
    self.now = now
    self.destroyedKeys = destroyedKeys
    self.rotatedKeys = rotatedKeys
  }
}

package struct IssuedAccessKey: Codable, Sendable, Equatable {
  package let accessKeyID: String
  /// Told this once.
  package let secretAccessKey: String

  package init(accessKeyID: String, secretAccessKey: String) {
    self.accessKeyID = accessKeyID
    self.secretAccessKey = secretAccessKey
  }
}
