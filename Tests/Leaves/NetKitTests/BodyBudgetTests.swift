import Foundation
import Hummingbird
import KMSBytes
import NIOCore
import NIOPosix
import Testing

@testable import NetKit

/// Says how long a body was, or why it wasn't collected.
private struct LengthDoor: WireService {
  let paths: Set<String> = ["/length"]

  func turn() -> any FastTurn { NoFastLane().turn() }

  func respond(_ request: WireRequest) async -> WireResponse { LengthDoor.text("\(request.body.count)") }

  func refuse(_ refusal: BodyRefusal, _ connection: ConnectionFacts) async -> WireResponse {
    LengthDoor.text("\(refusal)")
  }

  private static func text(_ text: String) -> WireResponse {
    WireResponse(status: 200, fields: [], body: Array(text.utf8))
  }
}

private struct NoDoor: HTTPResponder {
  typealias Context = WireConnection

  func respond(to request: Request, context: WireConnection) async throws -> Response {
    Response(status: .notFound)
  }
}

@Suite struct BodyBudgetTests {
  @Test func `a source has its share, and all together have the whole`() {
    let budget = BodyBudget(whole: 100, ofSource: 60)
    #expect(budget.hold(60, of: "a") && !budget.hold(1, of: "a"))
    #expect(budget.hold(40, of: "b") && !budget.hold(1, of: "b"))
    #expect(budget.bytes == 100)
    #expect(budget.hold(-60, of: "a") && budget.hold(20, of: "b") && !budget.hold(1, of: "b"))
    #expect(budget.hold(-60, of: "b") && budget.bytes == 0)
  }

  private func serve(
    _ limits: HTTPLimits, _ body: @Sendable @escaping (Int) async throws -> Void
  ) async throws {
    let responder = PathResponder(LengthDoor(), otherwise: NoDoor(), limits: limits, isEncrypted: false)
    try await serving(NoFastLane(), responder, limits: limits, body)
  }

  private func connect(_ port: Int) async throws -> NIOAsyncChannel<ByteBuffer, ByteBuffer> {
    try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
      .connect(host: "127.0.0.1", port: port) { channel in
        channel.eventLoop.makeCompletedFuture {
          try NIOAsyncChannel<ByteBuffer, ByteBuffer>(wrappingChannelSynchronously: channel)
        }
      }
  }

  /// The head of a request with so long a body, and the first bytes of that.
  private func request(_ length: Int, sending count: Int) -> ByteBuffer {
    var text = ByteBuffer(string: "POST /length HTTP/1.1\r\nHost: x\r\nContent-Length: \(length)\r\n\r\n")
    text.writeRepeatingByte(0x61, count: count)
    return text
  }

  private func answer(_ inbound: NIOAsyncChannelInboundStream<ByteBuffer>) async throws -> String {
    var received = ""
    for try await bytes in inbound {
      received += String(buffer: bytes)
      if let end = received.range(of: "\r\n\r\n"), end.upperBound < received.endIndex {
        return String(received[end.upperBound...])
      }
    }
    return received
  }

  @Test(.timeLimit(.minutes(2)))
  func `what waits for the rest of long bodies is bounded, and short ones go on`() async throws {
    var limits = HTTPLimits()
    limits.bodyBudget = BodyBudget(whole: 100 << 10, ofSource: 100 << 10)
    limits.body = 90 << 10
    let budget = limits.bodyBudget
    try await serve(limits) { port in
      try await connect(port).executeThenClose { first, sending in
        try await sending.write(request(80 << 10, sending: 70 << 10))
        while budget.bytes < 70 << 10 { await Task.yield() }
        let second = try await connect(port).executeThenClose { inbound, outbound in
          try await outbound.write(request(60 << 10, sending: 60 << 10))
          return try await answer(inbound)
        }
        #expect(second == "tooMany")
        let short = try await connect(port).executeThenClose { inbound, outbound in
          try await outbound.write(request(16 << 10, sending: 16 << 10))
          return try await answer(inbound)
        }
        #expect(short == "\(16 << 10)")
        var rest = ByteBuffer()
        rest.writeRepeatingByte(0x61, count: 10 << 10)
        try await sending.write(rest)
        #expect(try await answer(first) == "\(80 << 10)")
      }
      let long = try await connect(port).executeThenClose { inbound, outbound in
        try await outbound.write(request(91 << 10, sending: 91 << 10))
        return try await answer(inbound)
      }
      #expect(long == "tooLong")
      while budget.bytes > 0 { await Task.yield() }
    }
  }
}
