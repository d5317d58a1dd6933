import Hummingbird
import Logging
import NIOPosix
import NIOSSL

@testable import NetKit

/// Runs a listener on a port of the loopback address that is free, hands the port to `body`, and stops it when that is done.
/// - Throws: what either throws.
func serving<Responder: HTTPResponder>(
  _ lane: any FastLane, _ responder: Responder, tls: TLSConfiguration? = nil, limits: HTTPLimits,
  _ body: @Sendable @escaping (Int) async throws -> Void
) async throws where Responder.Context: InitializableFromSource<ApplicationRequestContextSource> {
  let (ports, port) = AsyncStream<Int>.makeStream()
  let listener = try HTTPListener(
    .hostname("127.0.0.1", port: 0), tls: tls, lane: lane, responder: responder, limits: limits,
    group: MultiThreadedEventLoopGroup.singleton, logger: Logger(label: "test"),
    onListening: { port.yield($0) })
  try await withThrowingTaskGroup(of: Void.self) { group in
    group.addTask { try await listener.run() }
    group.addTask {
      var numbers = ports.makeAsyncIterator()
      if let number = await numbers.next() { try await body(number) }
    }
    try await group.next()
    group.cancelAll()
  }
}
