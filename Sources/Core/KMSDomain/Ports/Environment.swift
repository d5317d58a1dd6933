/// The one clock for everything that expires or is due.
package protocol TimeSource: Sendable {
  func now() -> Instant
}

/// Unpredictable bits for identifiers.
package protocol Randomness: Sendable {
  func bits128() -> Bits128
}

/// Where causes go that callers must not see.
package protocol FaultLog: Sendable {
  /// - Parameter cause: for operators; names and codes, never secrets.
  func record(_ cause: String, request: RequestID?)
}
