import Foundation
import Hummingbird
import KMSBytes
import NIOCore
import NIOPosix
import NetKit
import Synchronization
import Testing

/// Answers `POST /fast` with the body it got, later where the body says so; refuses to write down what the test says it can't.
private final class EchoLane: FastLane {
  let written = Mutex<[[String]]>([])
  let isBroken: Bool

  init(isBroken: Bool = false) { self.isBroken = isBroken }

  func turn() -> any FastTurn { EchoTurn(self) }
}

private final class EchoTurn: FastTurn {
  private let lane: EchoLane
  private var records: [String] = []

  init(_ lane: EchoLane) { self.lane = lane }

  func answer(_ request: WireRequest) -> FastAnswer? {
    guard request.method == "POST", request.target == "/fast" else { return nil }
    let text = request.body.withArray { String(decoding: $0, as: UTF8.self) }
    guard !text.contains("cold") else { return nil }
    if text.contains("late") {
      let answer = response("late:" + text)
      return .later { reply in
        Task {
          for _ in 0..<20 { await Task.yield() }
          reply(answer)
        }
      }
    }
    records.append(text)
    return .now(response("fast:" + text))
  }

  func commit() -> Bool {
    let ended = records
    records = []
    if lane.isBroken { return false }
    lane.written.withLock { $0.append(ended) }
    return true
  }

  func unrecorded() -> WireResponse { response("unrecorded") }

  private func response(_ text: String) -> WireResponse {
    WireResponse(status: 200, fields: [("content-type", "text/plain")], body: Array(text.utf8))
  }
}

/// The ordinary lane: echoes after a detour through other threads.
private struct SlowResponder: HTTPResponder {
  typealias Context = BasicRequestContext

  func respond(to request: Request, context: BasicRequestContext) async throws -> Response {
    let body = try await request.body.collect(upTo: 1 << 16)
    for _ in 0..<20 { await Task.yield() }
    let text = "slow:" + String(buffer: body)
    return Response(status: .ok, body: ResponseBody(byteBuffer: ByteBuffer(string: text)))
  }
}

@Suite struct LaneTests {
  /// Runs a listener and hands its port to the test.
  private func serve(
    _ lane: EchoLane, limits: HTTPLimits = HTTPLimits(),
    _ body: @Sendable @escaping (Int) async throws -> Void
  ) async throws {
    try await serving(lane, SlowResponder(), limits: limits, body)
  }

  /// Sends all bytes at once and reads until `count` responses have come whole, or the server closes.
  private func exchange(_ port: Int, _ text: String, responses count: Int) async throws -> [String] {
    let channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
      .connect(host: "127.0.0.1", port: port) { channel in
        channel.eventLoop.makeCompletedFuture {
          try NIOAsyncChannel<ByteBuffer, ByteBuffer>(wrappingChannelSynchronously: channel)
        }
      }
    return try await channel.executeThenClose { inbound, outbound in
      try await outbound.write(ByteBuffer(string: text))
      var received = ""
      for try await bytes in inbound {
        received += String(buffer: bytes)
        if bodies(received).count >= count { break }
      }
      return bodies(received)
    }
  }

  /// The bodies of whole responses, by their Content-Length.
  private func bodies(_ text: String) -> [String] {
    var result: [String] = []
    var rest = Substring(text)
    while let end = rest.range(of: "\r\n\r\n") {
      let head = rest[..<end.lowerBound].lowercased()
      let digits = head.split(separator: "content-length: ").dropFirst().first?.prefix { $0.isNumber }
      guard let length = digits.flatMap({ Int($0) }) else { return result }
      let after = rest[end.upperBound...]
      guard after.utf8.count >= length else { return result }
      result.append(String(after.prefix(length)))
      rest = after.dropFirst(length)
    }
    return result
  }

  private func request(_ path: String, _ body: String) -> String {
    "POST \(path) HTTP/1.1\r\nHost: x\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)"
  }

  @Test(.timeLimit(.minutes(2)))
  func `pipelined requests of both lanes are answered in their order`() async throws {
    let lane = EchoLane()
    var sent = ""
    var expected: [String] = []
    for number in 0..<200 {
      switch number % 7 {
      case 0, 1, 3:
        sent += request("/fast", "\(number)")
        expected.append("\(number)")
      case 4, 5:
        sent += request("/fast", "late\(number)")
        expected.append("late\(number)")
      case 2:
        sent += request("/slow", "\(number)")
        expected.append("\(number)")
      default:
        sent += request("/fast", "cold\(number)")
        expected.append("cold\(number)")
      }
    }
    let text = sent
    let wanted = expected
    try await serve(lane) { port in
      let bodies = try await exchange(port, text, responses: 200)
      #expect(bodies.map { $0.split(separator: ":").last.map(String.init) ?? "" } == wanted)
      #expect(bodies.first == "fast:0")
    }
  }

  @Test(.timeLimit(.minutes(2)))
  func `a fast answer leaves only after its record, and many share one write`() async throws {
    let lane = EchoLane()
    try await serve(lane) { port in
      let text = (0..<50).map { request("/fast", "n\($0)") }.joined()
      let bodies = try await exchange(port, text, responses: 50)
      #expect(bodies == (0..<50).map { "fast:n\($0)" })
    }
    let batches = lane.written.withLock { $0 }
    #expect(batches.flatMap { $0 } == (0..<50).map { "n\($0)" })
    #expect(batches.count < 50)
  }

  @Test(.timeLimit(.minutes(2)))
  func `a late answer holds up what comes behind it, and the connection goes on`() async throws {
    try await serve(EchoLane()) { port in
      let text = request("/fast", "late1") + request("/fast", "2") + request("/slow", "3")
      for _ in 0..<20 {
        let bodies = try await exchange(port, text, responses: 3)
        #expect(bodies == ["late:late1", "fast:2", "slow:3"])
      }
    }
  }

  @Test(.timeLimit(.minutes(2)))
  func `a peer that has nothing more to say gets its late answer`() async throws {
    try await serve(EchoLane()) { port in
      let channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
        .channelOption(.allowRemoteHalfClosure, value: true)
        .connect(host: "127.0.0.1", port: port) { channel in
          channel.eventLoop.makeCompletedFuture {
            try NIOAsyncChannel<ByteBuffer, ByteBuffer>(wrappingChannelSynchronously: channel)
          }
        }
      let received = try await channel.executeThenClose { inbound, outbound in
        try await outbound.write(ByteBuffer(string: request("/fast", "late1")))
        outbound.finish()
        var received = ""
        for try await bytes in inbound {
          received += String(buffer: bytes)
          if !bodies(received).isEmpty { break }
        }
        return received
      }
      #expect(bodies(received) == ["late:late1"])
    }
  }

  @Test(.timeLimit(.minutes(2)))
  func `what could not be written down is not answered`() async throws {
    try await serve(EchoLane(isBroken: true)) { port in
      let bodies = try await exchange(port, request("/fast", "secret"), responses: 1)
      #expect(bodies == ["unrecorded"])
    }
  }

  @Test(.timeLimit(.minutes(2)))
  func `a long body goes to the ordinary lane`() async throws {
    var limits = HTTPLimits()
    limits.fastBody = 8
    try await serve(EchoLane(), limits: limits) { port in
      let text = request("/fast", "123456789") + request("/fast", "12345678")
      let bodies = try await exchange(port, text, responses: 2)
      #expect(bodies.first == "slow:123456789")
    }
  }

  @Test(.timeLimit(.minutes(2)), arguments: ["/fast", "/slow"])
  func `a connection that delivers no whole request is closed`(path: String) async throws {
    var limits = HTTPLimits()
    limits.idleTimeout = .milliseconds(50)
    try await serve(EchoLane(), limits: limits) { port in
      let half = "POST \(path) HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nhalf"
      // On a busy machine the server may have closed before the half request was even written.
      let bodies = await (try? exchange(port, half, responses: 1)) ?? []
      #expect(bodies.isEmpty)
    }
  }
}
