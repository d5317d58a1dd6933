import KMSBytes
import Logging
import NIOCore
import NIOPosix
import NIOSSL
import ServiceLifecycle
import Testing

@testable import NetKit

/// A listener on a port of the system's choice, with who may speak to it, and clients of it.
struct TestListener: Sendable {
  let service = TestService()
  let gate: TestGate
  let connections: MessageConnections
  let authorities: Authorities
  /// Whom the gate knows.
  let client: Authorities.Holder
  private let limits: MessageLimits

  init(_ limits: MessageLimits = MessageLimits()) throws {
    self.limits = limits
    connections = MessageConnections(limits)
    authorities = try Authorities()
    client = try authorities.client()
    gate = TestGate([client])
  }

  /// Runs the listener while the body runs; at its end it has to drain.
  func serve(_ body: @Sendable @escaping (Int, ServiceGroup) async throws -> Void) async throws {
    let (ports, port) = AsyncStream<Int>.makeStream()
    let listener = try MessageListener(
      host: "127.0.0.1", port: 0, tls: try authorities.server(), service: service, gate: gate,
      limits: limits, connections: connections, group: MultiThreadedEventLoopGroup.singleton,
      onListening: { port.yield($0) })
    let services = ServiceGroup(
      services: [RunningListener(listener: listener)], logger: Logger(label: "test"))
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask { try await services.run() }
      group.addTask {
        var numbers = ports.makeAsyncIterator()
        if let number = await numbers.next() { try await body(number, services) }
        await services.triggerGracefulShutdown()
      }
      try await group.waitForAll()
    }
    #expect(connections.count == 0)
  }

  private struct RunningListener: Service {
    let listener: MessageListener
    func run() async throws { try await listener.run() }
  }

  typealias Connection = NIOAsyncChannel<ByteBuffer, ByteBuffer>

  /// - Parameter holder: whose certificate is shown; nil for none.
  func connect(
    _ port: Int, as holder: Authorities.Holder?, version: TLSVersion? = nil
  ) async throws -> Connection {
    let tls = try NIOSSLContext(configuration: authorities.client(holder, version: version))
    return try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
      .channelOption(.allowRemoteHalfClosure, value: true)
      .connect(host: "127.0.0.1", port: port) { channel in
        channel.eventLoop.makeCompletedFuture {
          try channel.pipeline.syncOperations.addHandler(
            NIOSSLClientHandler(context: tls, serverHostname: nil))
          return try Connection(
            wrappingChannelSynchronously: channel,
            configuration: Connection.Configuration(isOutboundHalfClosureEnabled: true))
        }
      }
  }

  func connect(_ port: Int) async throws -> Connection { try await connect(port, as: client) }

  /// Sends bytes and reads until so many answers have come whole, or the server closes.
  func exchange(
    _ connection: Connection, _ bytes: [UInt8], answers count: Int = .max
  ) async throws -> [String] {
    try await connection.executeThenClose { inbound, outbound in
      try await outbound.write(ByteBuffer(bytes: bytes))
      return try await TestListener.answers(inbound, count)
    }
  }

  func exchange(_ port: Int, _ texts: [String]) async throws -> [String] {
    try await exchange(connect(port), texts.flatMap(TestMessage.bytes), answers: texts.count)
  }

  /// What came until then; a connection that is reset has said all that it will.
  static func answers(
    _ inbound: NIOAsyncChannelInboundStream<ByteBuffer>, _ count: Int = .max
  ) async throws -> [String] {
    var received: [UInt8] = []
    do {
      for try await bytes in inbound {
        received += Array(buffer: bytes)
        if TestMessage.texts(received).count >= count { break }
      }
    } catch is IOError {
    } catch is NIOSSLError {
    }
    return TestMessage.texts(received)
  }

  /// Whether the server lets the client in, by whether it answers.
  func isServed(_ port: Int, as holder: Authorities.Holder?, version: TLSVersion? = nil) async -> Bool {
    do {
      let connection = try await connect(port, as: holder, version: version)
      return try await exchange(connection, TestMessage.bytes("fast"), answers: 1) == ["fast"]
    } catch {
      return false
    }
  }
}
