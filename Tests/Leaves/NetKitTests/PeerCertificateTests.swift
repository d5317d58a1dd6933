import Foundation
import Hummingbird
import KMSBytes
import NIOCore
import NIOPosix
import NIOSSL
import Testing

@testable import NetKit

/// A door that says by whose certificate a request came, on the lane that its path names; `/else` is another door's.
private struct WhoDoor: WireService {
  let paths: Set<String> = ["/who", "/who/slowly"]

  final class Turn: FastTurn {
    func answer(_ request: WireRequest) -> FastAnswer? {
      request.target.hasPrefix("/who/") ? nil : .now(WhoDoor.answer("fast", request.connection))
    }
    func commit() -> Bool { true }
    func unrecorded() -> WireResponse { WireResponse(status: 500, fields: [], body: []) }
  }

  func turn() -> any FastTurn { Turn() }
  func respond(_ request: WireRequest) async -> WireResponse { WhoDoor.answer("slow", request.connection) }
  func refuse(_ refusal: BodyRefusal, _ connection: ConnectionFacts) async -> WireResponse {
    WireResponse(status: 413, fields: [], body: [])
  }

  static func answer(_ lane: String, _ facts: ConnectionFacts) -> WireResponse {
    let text = "\(lane) \(facts.certificate?.hex ?? "nobody") \(facts.isEncrypted)"
    return WireResponse(status: 200, fields: [], body: Array(text.utf8))
  }
}

private struct OtherDoor: FastLane, HTTPResponder {
  typealias Context = WireConnection

  func turn() -> any FastTurn { NoFastLane().turn() }

  func respond(to request: Request, context: WireConnection) async throws -> Response {
    Response(status: .ok, body: ResponseBody(byteBuffer: ByteBuffer(string: "other")))
  }
}

@Suite struct PeerCertificateTests {
  private let authorities: Authorities
  init() throws { authorities = try Authorities() }

  private func serve(
    isEncrypted: Bool = true, _ body: @Sendable @escaping (Int) async throws -> Void
  ) async throws {
    var limits = HTTPLimits()
    limits.body = 1000
    let door = WhoDoor()
    try await serving(
      PathLane(door, otherwise: OtherDoor()),
      PathResponder(door, otherwise: OtherDoor(), limits: limits, isEncrypted: isEncrypted),
      tls: isEncrypted ? try authorities.server() : nil, limits: limits, body)
  }

  /// The last line of the answer, or its first when that is an error.
  private func ask(
    _ port: Int, _ target: String, as holder: Authorities.Holder? = nil, isEncrypted: Bool = true,
    version: TLSVersion? = nil, body: String = ""
  ) async throws -> String {
    let tls = try NIOSSLContext(configuration: authorities.client(holder, version: version))
    let channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
      .connect(host: "127.0.0.1", port: port) { channel in
        channel.eventLoop.makeCompletedFuture {
          if isEncrypted {
            try channel.pipeline.syncOperations.addHandler(
              NIOSSLClientHandler(context: tls, serverHostname: nil))
          }
          return try NIOAsyncChannel<ByteBuffer, ByteBuffer>(wrappingChannelSynchronously: channel)
        }
      }
    return try await channel.executeThenClose { inbound, outbound in
      let request =
        "POST \(target) HTTP/1.1\r\nHost: x\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)"
      try await outbound.write(ByteBuffer(string: request))
      var received = ""
      for try await bytes in inbound {
        received += String(buffer: bytes)
        let parts = received.components(separatedBy: "\r\n\r\n")
        if parts.count > 1, !(parts.last ?? "").isEmpty { return parts.last ?? "" }
        if received.hasPrefix("HTTP/1.1 413") { return "413" }
      }
      return received
    }
  }

  @Test(.timeLimit(.minutes(2)), arguments: [TLSVersion.tlsv12, .tlsv13])
  func `whoever shows a certificate is told by it on both lanes, and nobody has to`(version: TLSVersion)
    async throws
  {
    let (known, other) = (try authorities.client(), try Authorities().client("of another authority"))
    try await serve { port in
      for holder in [known, other] {
        let name = holder.fingerprint.hex
        let fast = try await ask(port, "/who", as: holder, version: version)
        #expect(fast == "fast \(name) true")
        let slow = try await ask(port, "/who/slowly", as: holder, version: version)
        #expect(slow == "slow \(name) true")
      }
      let nobody = try await ask(port, "/who", version: version)
      #expect(nobody == "fast nobody true")
      let slowNobody = try await ask(port, "/who/slowly?query", version: version)
      #expect(slowNobody == "slow nobody true")
    }
  }

  @Test(.timeLimit(.minutes(2)))
  func `other paths are the other door's, and plain HTTP shows nobody`() async throws {
    try await serve(isEncrypted: false) { port in
      for (target, answer) in [
        ("/who?x=y", "fast nobody false"), ("/who/slowly", "slow nobody false"), ("/", "other"),
        ("/whoever", "other"), ("/who/", "other"),
      ] {
        let found = try await ask(port, target, isEncrypted: false)
        #expect(found == answer, "\(target)")
      }
      let long = String(repeating: "x", count: 20_000)
      let refused = try await ask(port, "/who/slowly", isEncrypted: false, body: long)
      #expect(refused == "413")
    }
  }
}
