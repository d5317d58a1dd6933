/// A door's short way: hot operations answered at once on the connection's event loop. Whatever it doesn't take goes on to
/// the ordinary lane behind it, unchanged.
///
/// One value serves all connections of a listener.
package protocol FastLane: Sendable {
  /// What must be written down before an answer may leave.
  associatedtype Record: Sendable

  /// The answer, or nil for the ordinary lane. Never waits.
  func answer(_ request: WireRequest) -> FastAnswer<Record>?
  /// Writes down what one event-loop turn answered.
  /// - Throws: then none of those answers leaves.
  func commit(_ records: [Record]) throws
  /// What a caller gets whose record couldn't be written.
  func unrecorded(_ answer: FastAnswer<Record>) -> WireResponse
}

package struct FastAnswer<Record: Sendable>: Sendable {
  package let response: WireResponse
  package let record: Record

  package init(_ response: WireResponse, record: Record) {
    self.response = response
    self.record = record
  }
}

/// For listeners without hot operations.
package struct NoFastLane: FastLane {
  package typealias Record = Never

  package init() {}
  package func answer(_ request: WireRequest) -> FastAnswer<Never>? { nil }
  package func commit(_ records: [Never]) throws {}
  package func unrecorded(_ answer: FastAnswer<Never>) -> WireResponse { answer.response }
}
