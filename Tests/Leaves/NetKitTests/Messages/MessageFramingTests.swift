import KMSBytes
import NIOCore
import Synchronization
import Testing

@testable import NetKit

struct TTLVFrameTests {
  private func read(_ bytes: [UInt8], limit: Int = 64) -> TTLVFrame.Outcome {
    TTLVFrame.read(ByteBuffer(bytes: bytes), limit: limit)
  }

  @Test func `a message is whole when as many bytes are there as it says`() {
    let message = TestMessage.bytes("12345678")
    for count in 0..<message.count { #expect(read(Array(message.prefix(count))) == .incomplete) }
    #expect(read(message) == .whole(16))
    #expect(read(message + [0x42]) == .whole(16))
    #expect(read(TestMessage.bytes("")) == .whole(8))
  }

  @Test func `what doesn't begin like a request is foreign from its first wrong byte on`() {
    for bytes: [UInt8] in [
      [0], [0x42, 1], [0x42, 0, 0x7b], [0x42, 0, 0x78, 2], Array("GET /".utf8), [0x42, 0, 0x78, 0x01 | 0x80],
    ] { #expect(read(bytes) == .fault(.foreign)) }
  }

  @Test func `a length beyond the limit is refused by the header alone`() {
    #expect(read([0x42, 0, 0x78, 1, 0, 0, 0, 56]) == .incomplete)
    #expect(read([0x42, 0, 0x78, 1, 0, 0, 0, 57]) == .fault(.tooLong(65)))
    #expect(read([0x42, 0, 0x78, 1, 255, 255, 255, 255]) == .fault(.tooLong(1 << 32 + 7)))
  }
}

@Suite struct MessageFramingTests {
  @Test(.timeLimit(.minutes(2)))
  func `a message that comes byte by byte is whole in the end`() async throws {
    let listener = try TestListener()
    try await listener.serve { port, _ in
      let received = try await listener.connect(port).executeThenClose { inbound, outbound in
        for byte in TestMessage.bytes("fast in pieces") + TestMessage.bytes("slow in pieces") {
          try await outbound.write(ByteBuffer(bytes: [byte]))
        }
        return try await TestListener.answers(inbound, 2)
      }
      #expect(received == ["fast in pieces", "slow in pieces"])
    }
  }

  @Test(
    .timeLimit(.minutes(2)),
    arguments: [
      ([0x42, 0, 0x78, 1, 0xff, 0xff, 0xff, 0xf8], FramingFault.tooLong(1 << 32)),
      (Array("GET / HTTP/1.1\r\n\r\n".utf8), .foreign), ([0x42, 0, 0x7b, 1, 0, 0, 0, 0], .foreign),
    ])
  func `bytes that are no message are answered once, and end the connection`(
    bytes: [UInt8], fault: FramingFault
  ) async throws {
    let listener = try TestListener()
    try await listener.serve { port, _ in
      let sent = TestMessage.bytes("fast1") + bytes + TestMessage.bytes("fast2")
      let answers = try await listener.exchange(listener.connect(port), sent)
      #expect(answers == ["fast1", "fault"])
    }
    #expect(listener.service.state.withLock { $0.faults } == [fault])
  }

  @Test(.timeLimit(.minutes(2)))
  func `a message as long as may be is taken`() async throws {
    var limits = MessageLimits()
    limits.messageBytes = 200_008
    let listener = try TestListener(limits)
    let text = "slow" + String(repeating: "x", count: 199_996)
    try await listener.serve { port, _ in
      let whole = try await listener.exchange(port, [text])
      #expect(whole == [text])
      let longer = try await listener.exchange(listener.connect(port), TestMessage.bytes(text + "y"))
      #expect(longer == ["fault"])
    }
  }

  @Test(.timeLimit(.minutes(2)))
  func `a connection that stops in a message is closed, one that waits between messages later`() async throws
  {
    var limits = MessageLimits()
    limits.messageTimeout = .milliseconds(100)
    limits.idleTimeout = .seconds(3600)
    let listener = try TestListener(limits)
    try await listener.serve { port, _ in
      try await listener.connect(port).executeThenClose { idle, outbound in
        try await outbound.write(ByteBuffer(bytes: TestMessage.bytes("fast1")))
        var idleAnswers = idle.makeAsyncIterator()
        _ = try await idleAnswers.next()
        let half = Array(TestMessage.bytes("fast and never whole").dropLast())
        #expect(try await listener.exchange(listener.connect(port), half).isEmpty)
        try await outbound.write(ByteBuffer(bytes: TestMessage.bytes("fast2")))
        #expect(try await idleAnswers.next() != nil)
      }
    }
  }

  @Test(.timeLimit(.minutes(2)))
  func `halves of messages take so much of each client's, and none of others'`() async throws {
    var limits = MessageLimits()
    limits.unfinishedBytesOfClient = 100_000
    // The half waits as long as this machine takes.
    limits.messageTimeout = .minutes(2)
    let listener = try TestListener(limits)
    let other = try listener.authorities.client("other")
    listener.gate.state.withLock { _ = $0.known.insert(other.fingerprint) }
    let text = "slow" + String(repeating: "x", count: 79_996)
    let message = TestMessage.bytes(text)
    let (half, rest) = (Array(message.dropLast(1)), Array(message.suffix(1)))
    try await listener.serve { port, _ in
      try await listener.connect(port).executeThenClose { inbound, outbound in
        try await outbound.write(ByteBuffer(bytes: half))
        while listener.connections.unfinishedBytes < half.count { await Task.yield() }
        #expect(try await listener.exchange(listener.connect(port), half).isEmpty)
        #expect(try await listener.exchange(port, ["fast", "late", "slow"]) == ["fast", "late", "slow"])
        let others = try await listener.connect(port, as: other)
        #expect(try await listener.exchange(others, message, answers: 1) == [text])
        try await outbound.write(ByteBuffer(bytes: rest))
        #expect(try await TestListener.answers(inbound, 1) == [text])
      }
    }
    #expect(listener.connections.unfinishedBytes == 0)
  }

  @Test(.timeLimit(.minutes(2)))
  func `a connection that is silent for too long is closed`() async throws {
    var limits = MessageLimits()
    limits.idleTimeout = .milliseconds(100)
    let listener = try TestListener(limits)
    try await listener.serve { port, _ in
      let answers = try await listener.exchange(listener.connect(port), TestMessage.bytes("fast"))
      #expect(answers == ["fast"])
    }
  }
}
