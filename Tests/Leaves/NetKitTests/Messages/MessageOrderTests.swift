import KMSBytes
import NIOCore
import ServiceLifecycle
import Synchronization
import Testing

@testable import NetKit

@Suite struct MessageOrderTests {
  @Test(.timeLimit(.minutes(2)))
  func `pipelined messages of all ways are answered in their order`() async throws {
    var limits = MessageLimits()
    limits.inFlight = 4
    let listener = try TestListener(limits)
    let texts = (0..<300).map { number in
      switch number % 7 {
      case 0, 1, 3, 6: "fast\(number)"
      case 2, 4: "late\(number)"
      default: "slow\(number)"
      }
    }
    try await listener.serve { port, _ in
      for _ in 0..<3 {
        let answers = try await listener.exchange(port, texts)
        #expect(answers == texts)
      }
    }
  }

  @Test(.timeLimit(.minutes(2)))
  func `a fast answer leaves only after its record, and many share one write`() async throws {
    let listener = try TestListener()
    let texts = (0..<50).map { "fast\($0)" }
    try await listener.serve { port, _ in
      let answers = try await listener.exchange(port, texts)
      #expect(answers == texts)
    }
    let written = listener.service.state.withLock { $0.written }
    #expect(written.flatMap { $0 } == texts)
    #expect(written.count < 50)
  }

  @Test(.timeLimit(.minutes(2)), arguments: [true, false])
  func `what could not be written down is not answered`(hasAnswer: Bool) async throws {
    let listener = try TestListener()
    listener.service.state.withLock { state in
      state.isBroken = true
      state.hasUnrecordedAnswer = hasAnswer
    }
    try await listener.serve { port, _ in
      let answers = try await listener.exchange(port, ["fast1"])
      #expect(answers == (hasAnswer ? ["unrecorded"] : []))
    }
  }

  @Test(.timeLimit(.minutes(2)))
  func `a service that has nothing more to say closes, after what was answered before`() async throws {
    let listener = try TestListener()
    try await listener.serve { port, _ in
      let texts = ["fast1", "slow2", "fast3", "end", "fast5"].flatMap(TestMessage.bytes)
      let answers = try await listener.exchange(listener.connect(port), texts)
      #expect(answers == ["fast1", "slow2", "fast3"])
    }
  }

  @Test(.timeLimit(.minutes(2)))
  func `a peer that has nothing more to say gets its answers`() async throws {
    let listener = try TestListener()
    try await listener.serve { port, _ in
      let received = try await listener.connect(port).executeThenClose { inbound, outbound in
        // TLS doesn't take a goodbye in the middle of its handshake.
        try await outbound.write(ByteBuffer(bytes: TestMessage.bytes("fast0")))
        var answers = inbound.makeAsyncIterator()
        _ = try await answers.next()
        let half = TestMessage.bytes("never whole").dropLast()
        let bytes = ["slow1", "fast2", "late3"].flatMap(TestMessage.bytes) + half
        try await outbound.write(ByteBuffer(bytes: bytes))
        outbound.finish()
        var received: [UInt8] = []
        while let bytes = try await answers.next() { received += Array(buffer: bytes) }
        return TestMessage.texts(received)
      }
      #expect(received == ["slow1", "fast2", "late3"])
    }
  }

  @Test(.timeLimit(.minutes(2)))
  func `a slow client holds up nobody else`() async throws {
    let listener = try TestListener()
    try await listener.serve { port, _ in
      try await listener.connect(port).executeThenClose { inbound, outbound in
        try await outbound.write(ByteBuffer(bytes: TestMessage.bytes("wait") + TestMessage.bytes("fast1")))
        await listener.service.someoneWaits()
        let texts = (0..<20).flatMap { ["fast\($0)", "slow\($0)"] }
        #expect(try await listener.exchange(port, texts) == texts)
        listener.service.open()
        #expect(try await TestListener.answers(inbound, 2) == ["wait", "fast1"])
      }
    }
  }

  @Test(.timeLimit(.minutes(2)))
  func `a peer that takes no answers isn't asked for more work, and ends`() async throws {
    var limits = MessageLimits()
    limits.messageTimeout = .milliseconds(500)
    let listener = try TestListener(limits)
    let count = 2000
    try await listener.serve { port, _ in
      let connection = try await listener.connect(port)
      // Nobody reads: the answers, 120 MB in all, don't fit anywhere.
      try? await connection.executeThenClose { inbound, outbound in
        var answers = inbound.makeAsyncIterator()
        try await outbound.write(ByteBuffer(bytes: TestMessage.bytes("fast")))
        _ = try await answers.next()
        try await withThrowingTaskGroup(of: Void.self) { group in
          group.addTask {
            for number in 0..<count {
              try await outbound.write(ByteBuffer(bytes: TestMessage.bytes("big\(number)")))
            }
          }
          group.addTask { while listener.connections.count > 0 { await Task.yield() } }
          try await group.next()
          while listener.connections.count > 0 { await Task.yield() }
          group.cancelAll()
        }
      }
    }
    #expect(listener.service.state.withLock { $0.handled } < count)
  }

  @Test(.timeLimit(.minutes(2)))
  func `a drain answers what is under way and ends connections`() async throws {
    let listener = try TestListener()
    try await listener.serve { port, services in
      let silent = try await listener.connect(port)
      try await silent.executeThenClose { idle, outbound in
        try await outbound.write(ByteBuffer(bytes: TestMessage.bytes("fast")))
        var idleAnswers = idle.makeAsyncIterator()
        _ = try await idleAnswers.next()
        try await listener.connect(port).executeThenClose { inbound, outbound in
          try await outbound.write(ByteBuffer(bytes: TestMessage.bytes("wait") + TestMessage.bytes("fast1")))
          await listener.service.someoneWaits()
          await services.triggerGracefulShutdown()
          // The idle one ends first: so the drain has begun.
          #expect(try await idleAnswers.next() == nil)
          #expect(await !listener.isServed(port, as: listener.client))
          listener.service.open()
          #expect(try await TestListener.answers(inbound) == ["wait", "fast1"])
        }
      }
    }
  }
}
