import NIOCore
import ServiceLifecycle
import Synchronization
import Testing

@testable import NetKit

/// Connections on which the server asks.
@Suite struct AskingTests {
  @Test(.timeLimit(.minutes(2)))
  func `the server asks one by one, after the answer that changed the roles`() async throws {
    let listener = try TestListener()
    listener.service.asker.state.withLock { $0.questions = ["one", "two"] }
    try await listener.serve { port, _ in
      try await listener.connect(port).executeThenClose { inbound, outbound in
        var reader = Reader(inbound)
        try await outbound.write(ByteBuffer(bytes: TestMessage.bytes("fast") + TestMessage.bytes("turn")))
        #expect(try await reader.next() == "fast")
        #expect(try await reader.next() == "turn")
        for text in ["one", "two"] {
          #expect(try await reader.next() == text)
          try await outbound.write(ByteBuffer(bytes: TestMessage.answer("to " + text)))
        }
        // There is nothing more to ask.
        #expect(try await reader.next() == nil)
      }
    }
    #expect(listener.service.asker.state.withLock { $0.answers } == ["to one", "to two"])
  }

  @Test(
    .timeLimit(.minutes(2)),
    arguments: [
      TestMessage.bytes("no answer"), Array("GET / HTTP/1.1\r\n".utf8),
      [0x42, 0x00, 0x7B, 0x01, 0x7F, 0xFF, 0xFF, 0xF8],
      TestMessage.answer("one") + TestMessage.answer("two"),
    ])
  func `a peer that doesn't answer as it should is hung up on`(bytes: [UInt8]) async throws {
    let listener = try TestListener()
    listener.service.asker.state.withLock { $0.questions = ["one"] }
    try await listener.serve { port, _ in
      try await listener.connect(port).executeThenClose { inbound, outbound in
        var reader = Reader(inbound)
        try await outbound.write(ByteBuffer(bytes: TestMessage.bytes("turn")))
        #expect(try await reader.next() == "turn")
        #expect(try await reader.next() == "one")
        try await outbound.write(ByteBuffer(bytes: bytes))
        #expect(try await reader.next() == nil)
      }
      await listener.service.asker.isOver()
    }
    #expect(listener.service.asker.state.withLock { $0.answers } == [nil])
  }

  @Test(.timeLimit(.minutes(2)))
  func `a peer that speaks though nobody asked is hung up on`() async throws {
    let listener = try TestListener()
    listener.service.asker.state.withLock { $0.waits = true }
    try await listener.serve { port, _ in
      let afterwards = try await listener.exchange(
        listener.connect(port), TestMessage.bytes("turn") + TestMessage.bytes("fast"))
      #expect(afterwards == ["turn"])
      try await listener.connect(port).executeThenClose { inbound, outbound in
        var reader = Reader(inbound)
        try await outbound.write(ByteBuffer(bytes: TestMessage.bytes("turn")))
        #expect(try await reader.next() == "turn")
        try await outbound.write(ByteBuffer(bytes: TestMessage.answer("to nothing")))
        #expect(try await reader.next() == nil)
      }
      await listener.service.asker.isOver()
    }
  }

  @Test(.timeLimit(.minutes(2)))
  func `half an answer is waited for no longer than half a message`() async throws {
    var limits = MessageLimits()
    limits.messageTimeout = .milliseconds(300)
    let listener = try TestListener(limits)
    listener.service.asker.state.withLock { $0.questions = ["one", "two"] }
    try await listener.serve { port, _ in
      try await listener.connect(port).executeThenClose { inbound, outbound in
        var reader = Reader(inbound)
        try await outbound.write(ByteBuffer(bytes: TestMessage.bytes("turn")))
        #expect(try await reader.next() == "turn")
        #expect(try await reader.next() == "one")
        let half = TestMessage.answer("to one").dropLast()
        try await outbound.write(ByteBuffer(bytes: Array(half)))
        #expect(try await reader.next() == nil)
      }
      await listener.service.asker.isOver()
    }
    #expect(listener.service.asker.state.withLock { $0.answers } == [nil, nil])
  }

  @Test(.timeLimit(.minutes(2)))
  func `in silence it lasts until the server drains, the client goes, or its certificate is revoked`()
    async throws
  {
    var limits = MessageLimits()
    limits.idleTimeout = .milliseconds(100)
    for end in ["drain", "goodbye", "revoked"] {
      let listener = try TestListener(limits)
      listener.service.asker.state.withLock { $0.waits = true }
      try await listener.serve { port, services in
        try await listener.connect(port).executeThenClose { inbound, outbound in
          var reader = Reader(inbound)
          try await outbound.write(ByteBuffer(bytes: TestMessage.bytes("turn")))
          #expect(try await reader.next() == "turn")
          // A later one, on which it would be for the client to say something, ends before.
          try await listener.connect(port).executeThenClose { inbound, _ in
            var silent = Reader(inbound)
            let end = try await silent.next()
            #expect(end == nil)
          }
          #expect(listener.connections.count(of: listener.client.fingerprint) >= 1)
          switch end {
          case "drain": await services.triggerGracefulShutdown()
          case "revoked": listener.connections.close(listener.client.fingerprint)
          default: outbound.finish()
          }
          #expect(try await reader.next() == nil)
        }
        await listener.service.asker.isOver()
      }
    }
  }

  /// Texts of messages as they come.
  private struct Reader {
    private var bytes: NIOAsyncChannelInboundStream<ByteBuffer>.AsyncIterator
    private var received: [UInt8] = []
    private var given = 0

    init(_ inbound: NIOAsyncChannelInboundStream<ByteBuffer>) { bytes = inbound.makeAsyncIterator() }

    /// - Returns: nil when the server has closed.
    mutating func next(isolation: isolated (any Actor)? = #isolation) async throws -> String? {
      while true {
        let texts = TestMessage.texts(received)
        if texts.count > given {
          given += 1
          return texts[given - 1]
        }
        do {
          guard let more = try await bytes.next(isolation: isolation) else { return nil }
          received += Array(buffer: more)
        } catch {
          return nil
        }
      }
    }
  }
}
