import KMSBytes
import NIOCore
import NIOPosix
import NIOSSL
import Synchronization
import Testing

@testable import NetKit

@Suite struct MessageAdmissionTests {
  @Test(.timeLimit(.minutes(2)), arguments: [TLSVersion.tlsv12, .tlsv13])
  func `a client is known by its certificate`(version: TLSVersion) async throws {
    let listener = try TestListener()
    try await listener.serve { port, _ in
      let connection = try await listener.connect(port, as: listener.client, version: version)
      let answers = try await listener.exchange(connection, TestMessage.bytes("who"), answers: 1)
      #expect(answers == [listener.client.fingerprint.hex + " 127.0.0.1"])
      #expect(listener.gate.state.withLock { $0.asked } == [listener.client.fingerprint])
    }
  }

  @Test(.timeLimit(.minutes(2)), arguments: [TLSVersion.tlsv12, .tlsv13])
  func `a certificate that the gate doesn't know ends the handshake`(version: TLSVersion) async throws {
    let listener = try TestListener()
    let stranger = try listener.authorities.client()
    try await listener.serve { port, _ in
      #expect(await !listener.isServed(port, as: stranger, version: version))
      #expect(listener.gate.state.withLock { $0.asked } == [stranger.fingerprint])
      #expect(listener.service.state.withLock { $0.handled } == 0)
      #expect(await listener.isServed(port, as: listener.client, version: version))
    }
    // The gate has recorded its refusal itself.
    #expect(listener.gate.state.withLock { $0.turnedAway }.isEmpty)
  }

  @Test(.timeLimit(.minutes(2)), arguments: [TLSVersion.tlsv12, .tlsv13])
  func `a client without a certificate is turned away`(version: TLSVersion) async throws {
    let listener = try TestListener()
    try await listener.serve { port, _ in
      #expect(await !listener.isServed(port, as: nil, version: version))
      await listener.gate.someoneIsTurnedAway()
    }
    #expect(listener.gate.state.withLock { $0.turnedAway } == [.handshakeFailed])
    #expect(listener.gate.state.withLock { $0.asked }.isEmpty)
  }

  @Test(.timeLimit(.minutes(2)))
  func `what is no TLS is turned away, and who only looks whether somebody listens isn't noted`() async throws
  {
    let listener = try TestListener()
    try await listener.serve { port, _ in
      try await plain(port).executeThenClose { _, _ in }
      try await plain(port).executeThenClose { inbound, outbound in
        try await outbound.write(ByteBuffer(string: "GET / HTTP/1.1\r\nHost: x\r\n\r\n"))
        _ = try? await TestListener.answers(inbound)
      }
      await listener.gate.someoneIsTurnedAway()
      #expect(await listener.isServed(port, as: listener.client))
    }
    #expect(listener.gate.state.withLock { $0.turnedAway } == [.handshakeFailed])
  }

  @Test(.timeLimit(.minutes(2)))
  func `a revoked certificate ends its connections, and no others`() async throws {
    let listener = try TestListener()
    let other = try listener.authorities.client("other")
    listener.gate.state.withLock { _ = $0.known.insert(other.fingerprint) }
    try await listener.serve { port, _ in
      let cutOff = try await listener.connect(port)
      let spared = try await listener.connect(port, as: other)
      try await spared.executeThenClose { inbound, outbound in
        try await outbound.write(ByteBuffer(bytes: TestMessage.bytes("fast1")))
        var answers = inbound.makeAsyncIterator()
        _ = try await answers.next()
        let received = try await cutOff.executeThenClose { inbound, outbound in
          try await outbound.write(ByteBuffer(bytes: TestMessage.bytes("fast") + TestMessage.bytes("wait")))
          await listener.service.someoneWaits()
          #expect(listener.connections.count(of: listener.client.fingerprint) == 1)
          listener.gate.state.withLock { _ = $0.known.remove(listener.client.fingerprint) }
          listener.connections.close(listener.client.fingerprint)
          let received = try await TestListener.answers(inbound)
          listener.service.open()
          return received
        }
        // What was under way when it was revoked isn't answered any more.
        #expect(received == ["fast"])
        #expect(await !listener.isServed(port, as: listener.client))
        try await outbound.write(ByteBuffer(bytes: TestMessage.bytes("fast2")))
        #expect(try await answers.next().map { TestMessage.texts(Array(buffer: $0)) } == ["fast2"])
      }
    }
  }

  @Test(.timeLimit(.minutes(2)))
  func `a client has so many connections at once and no more`() async throws {
    var limits = MessageLimits()
    limits.connectionsOfClient = 2
    let listener = try TestListener(limits)
    let other = try listener.authorities.client("other")
    listener.gate.state.withLock { _ = $0.known.insert(other.fingerprint) }
    try await listener.serve { port, _ in
      try await listener.connect(port).executeThenClose { _, one in
        try await one.write(ByteBuffer(bytes: TestMessage.bytes("wait")))
        await listener.service.someoneWaits()
        #expect(await listener.isServed(port, as: listener.client))
        try await listener.connect(port).executeThenClose { inbound, two in
          try await two.write(ByteBuffer(bytes: TestMessage.bytes("fast")))
          _ = try await TestListener.answers(inbound, 1)
          #expect(await !listener.isServed(port, as: listener.client))
          #expect(await listener.isServed(port, as: other))
        }
        listener.service.open()
      }
    }
    #expect(listener.gate.state.withLock { $0.turnedAway } == [.tooManyConnectionsOfClient])
  }

  @Test(.timeLimit(.minutes(2)))
  func `strangers can't take all connections, and hang up after a while`() async throws {
    var limits = MessageLimits()
    limits.handshakes = 2
    // Long enough for a client that shakes hands on a busy machine.
    limits.handshakeTimeout = .seconds(5)
    let listener = try TestListener(limits)
    try await listener.serve { port, _ in
      let silent = try await [plain(port), plain(port)]
      for one in silent {
        try await one.executeThenClose { inbound, _ in
          // The server closes; until then only these two are strangers.
          let answers = try await TestListener.answers(inbound)
          #expect(answers.isEmpty)
        }
      }
      #expect(await listener.isServed(port, as: listener.client))
    }
  }

  @Test(.timeLimit(.minutes(2)))
  func `strangers who take their time make room for whoever comes`() async throws {
    var limits = MessageLimits()
    limits.handshakes = 2
    limits.handshakeTimeout = .hours(1)
    let listener = try TestListener(limits)
    try await listener.serve { port, _ in
      try await plain(port).executeThenClose { _, _ in
        try await plain(port).executeThenClose { _, _ in
          while listener.connections.count < 2 { await Task.yield() }
          // Each of these is one too many while it shakes hands.
          for _ in 0..<3 { #expect(await listener.isServed(port, as: listener.client)) }
        }
      }
    }
    #expect(listener.gate.state.withLock { $0.turnedAway } == [.tooManyConnections])
  }

  @Test(.timeLimit(.minutes(2)))
  func `beyond the limit of all connections nobody is taken`() async throws {
    var limits = MessageLimits()
    limits.connections = 1
    let listener = try TestListener(limits)
    try await listener.serve { port, _ in
      try await listener.connect(port).executeThenClose { _, one in
        try await one.write(ByteBuffer(bytes: TestMessage.bytes("wait")))
        await listener.service.someoneWaits()
        #expect(await !listener.isServed(port, as: listener.client))
        await listener.gate.someoneIsTurnedAway()
        listener.service.open()
      }
    }
    #expect(listener.gate.state.withLock { $0.turnedAway } == [.tooManyConnections])
  }

  private func plain(_ port: Int) async throws -> TestListener.Connection {
    try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
      .connect(host: "127.0.0.1", port: port) { channel in
        channel.eventLoop.makeCompletedFuture {
          try TestListener.Connection(wrappingChannelSynchronously: channel)
        }
      }
  }
}
