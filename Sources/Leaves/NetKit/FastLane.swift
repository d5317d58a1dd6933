/// A door's short way: hot operations answered at once on the connection's event loop. Whatever it doesn't take goes on to
/// the ordinary lane behind it, unchanged.
///
/// One value serves all connections of a listener.
package protocol FastLane: Sendable {
  /// Called once for each event loop.
  func turn() -> any FastTurn
}

/// The answers that one event loop gives while it goes once through its sockets, with what must be written down before they
/// may leave. Confined to its loop, and used for one turn after another.
///
/// Not generic over what is written down: this is the hot path, and types from across modules would be looked up at run
/// time.
package protocol FastTurn: AnyObject {
  /// The answer, or nil for the ordinary lane. Never waits.
  func answer(_ request: WireRequest) -> FastAnswer?
  /// Writes down what was answered since the last call, and begins anew.
  /// - Returns: false when it couldn't be written: then none of those answers may leave.
  func commit() -> Bool
  /// What a caller gets whose answer couldn't be written down.
  func unrecorded() -> WireResponse
}

/// How the fast lane answers.
package enum FastAnswer {
  /// At once, as soon as it is written down at the end of the turn.
  case now(WireResponse)
  /// Off the event loop, because it takes its time: the work begins when it is called, and replies once, on any thread,
  /// after it has written that down. The connection waits for it.
  case later((_ reply: @escaping @Sendable (WireResponse) -> Void) -> Void)
}

/// For listeners without hot operations.
package struct NoFastLane: FastLane {
  private final class NoTurn: FastTurn {
    func answer(_ request: WireRequest) -> FastAnswer? { nil }
    func commit() -> Bool { true }
    func unrecorded() -> WireResponse { WireResponse(status: 500, fields: [], body: []) }
  }

  package init() {}
  package func turn() -> any FastTurn { NoTurn() }
}
