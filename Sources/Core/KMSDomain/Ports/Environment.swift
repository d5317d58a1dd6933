/// The one clock for everything that expires or is due.
package protocol TimeSource: Sendable {
  func now() -> Instant
}

/// Unpredictable bits for identifiers.
package protocol Randomness: Sendable {
  func bits128() -> Bits128
}

/// Identifiers for requests and audit records: unique, not secret, cheap.
package protocol RequestIDs: Sendable {
  func next() -> Bits128
}
