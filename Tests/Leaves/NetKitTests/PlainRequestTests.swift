import KMSBytes
import NIOCore
import NIOEmbedded
import NIOHTTP1
import SeededRandom
import Testing

@testable import NetKit

/// What both parsers make of a message, in one form.
private struct Read: Equatable {
  var method = ""
  var target = ""
  var fields: [[String]] = []
  var body: [UInt8] = []
  /// Bytes that belong to the message.
  var length = 0
}

@Suite("Plain requests")
struct PlainRequestTests {
  private static let sample =
    "POST / HTTP/1.1\r\nHost: kms.example:8080\r\nX-Amz-Target: TrentService.Encrypt\r\nContent-Length: 5\r\n"
    + "Authorization: AWS4-HMAC-SHA256 Credential=A/b, SignedHeaders=host;x-amz-date\r\n\r\n{\"a\"}"

  private func plain(_ bytes: [UInt8]) -> Read? {
    guard case .head(let head) = PlainRequestReader(HTTPLimits()).read(bytes.span),
      bytes.count >= head.length + head.bodyLength
    else { return nil }
    return Read(
      method: head.method, target: head.target,
      fields: head.fields.fields.map { [head.fields.text($0.name), head.fields.text($0.value)] },
      body: Array(bytes[head.length..<head.length + head.bodyLength]), length: head.length + head.bodyLength)
  }

  /// The first message as the HTTP parser of the ordinary lane reads it; nil when it refuses or wants more.
  private func ordinary(_ bytes: [UInt8]) throws -> Read? {
    let channel = EmbeddedChannel()
    try channel.pipeline.syncOperations.addHandler(ByteToMessageHandler(HTTPRequestDecoder()))
    defer { _ = try? channel.finish(acceptAlreadyClosed: true) }
    guard (try? channel.writeInbound(ByteBuffer(bytes: bytes))) != nil else { return nil }
    var read = Read(length: bytes.count)
    var hasEnded = false
    while let part = try channel.readInbound(as: HTTPServerRequestPart.self) {
      switch part {
      case .head(let head):
        read.method = head.method.rawValue
        read.target = head.uri
        read.fields = head.headers.map { [$0.name.lowercased(), $0.value] }
      case .body(let body): read.body += Array(buffer: body)
      case .end: hasEnded = true
      }
    }
    return hasEnded ? read : nil
  }

  @Test func `a request of the common form is read whole`() throws {
    let read = try #require(plain(Array(Self.sample.utf8)))
    #expect(read.method == "POST" && read.target == "/" && read.body == Array("{\"a\"}".utf8))
    #expect(read.fields.map(\.first) == ["host", "x-amz-target", "content-length", "authorization"])
    #expect(read.fields[1][1] == "TrentService.Encrypt")
    #expect(read.length == Self.sample.utf8.count)
  }

  @Test func `every beginning of a plain request is a request that isn't whole`() {
    let bytes = Array(Self.sample.utf8)
    let end = bytes.count - 5
    for count in 1..<end {
      let beginning = Array(bytes[..<count])
      guard case .incomplete = PlainRequestReader(HTTPLimits()).read(beginning.span) else {
        Issue.record("the first \(count) bytes are not taken for a beginning")
        return
      }
    }
  }

  @Test(arguments: [
    "GET  / HTTP/1.1\r\nHost: x\r\n\r\n", "GETS / HTTP/1.1\r\nHost: x\r\n\r\n",
    "GET / HTTP/1.0\r\nHost: x\r\n\r\n", "get / HTTP/1.1\r\nHost: x\r\n\r\n",
    "GET x HTTP/1.1\r\nHost: x\r\n\r\n", "GET / HTTP/1.1\nHost: x\r\n\r\n", "GET / HTTP/1.1\r\nHost: x\n\r\n",
    "GET / HTTP/1.1\r\n\r\n", "GET / HTTP/1.1\r\nHost: x\r\nHost: x\r\n\r\n",
    "GET / HTTP/1.1\r\nHost : x\r\n\r\n",
    "GET / HTTP/1.1\r\nHost: x\r\n folded\r\n\r\n", "GET / HTTP/1.1\r\nHost: x \r\n\r\n",
    "GET / HTTP/1.1\r\nHost: x\r\nA: \u{e9}\r\n\r\n", "GET / HTTP/1.1\r\nHost: x\r\nA: b\tc\r\n\r\n",
    "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 1\r\n\r\na",
    "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: +1\r\n\r\na",
    "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1, 1\r\n\r\na",
    "POST / HTTP/1.1\r\nHost: x\r\nContent-Length:\r\n\r\n",
    "POST / HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\n\r\n",
    "GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
    "GET / HTTP/1.1\r\nHost: x\r\nUpgrade: h2c\r\n\r\n",
    "GET / HTTP/1.1\r\nHost: x\r\nTE: trailers\r\n\r\n", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
  ])
  func `whatever parsers could read in two ways is left to the HTTP parser`(text: String) {
    guard case .foreign = PlainRequestReader(HTTPLimits()).read(text.utf8.span) else {
      Issue.record("taken for a plain request or its beginning: \(text.debugDescription)")
      return
    }
  }

  @Test func `a head beyond the limits is left to the HTTP parser`() {
    var limits = HTTPLimits()
    limits.headerFields = 3
    let many = "GET / HTTP/1.1\r\nHost: x\r\n" + String(repeating: "A: b\r\n", count: 3) + "\r\n"
    guard case .foreign = PlainRequestReader(limits).read(many.utf8.span) else {
      Issue.record("too many fields were read")
      return
    }
    limits.headerFields = 64
    limits.headerBytes = 32
    let long = "GET / HTTP/1.1\r\nHost: x\r\nA: " + String(repeating: "b", count: 100)
    guard case .foreign = PlainRequestReader(limits).read(long.utf8.span) else {
      Issue.record("too long a head was waited for")
      return
    }
  }

  /// The claim on which the second reader rests: what it accepts, the HTTP parser reads alike.
  @Test(arguments: 0..<8)
  func `mutated requests that are still plain mean the same to the HTTP parser`(seed: UInt64) throws {
    var source = SeededRandom(seed)
    let alphabet = Array("\r\n :;,\t\u{0}\"GPX/1.0-aHe5".utf8) + [0x80, 0xff]
    var accepted = 0
    for _ in 0..<1500 {
      var bytes = Array(Self.sample.utf8)
      for _ in 0..<Int.random(in: 1...3, using: &source) {
        let place = Int.random(in: 0..<bytes.count, using: &source)
        let byte = alphabet.randomElement(using: &source) ?? 0
        switch Int.random(in: 0..<3, using: &source) {
        case 0: bytes.insert(byte, at: place)
        case 1: bytes[place] = byte
        default: bytes.remove(at: place)
        }
      }
      guard let read = plain(bytes) else { continue }
      accepted += 1
      // The message as it was cut: had it another end, the HTTP parser would want more or find more.
      let other = try ordinary(Array(bytes[..<read.length]))
      #expect(other == read, "\(String(decoding: bytes, as: UTF8.self).debugDescription)")
    }
    #expect(accepted > 100)
  }

}
