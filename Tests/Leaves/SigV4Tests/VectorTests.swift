import KMSBytes
import SigV4
import Testing

@Suite("Signatures that others made")
struct VectorTests {
  @Test("All vectors were read")
  func vectorsAreThere() {
    #expect(Vector.botocore.count == 42)
    #expect(Vector.presigned.count == 4)
  }

  @Test("A request that botocore signed is accepted", arguments: Vector.botocore)
  func botocoreIsAccepted(_ vector: Vector) throws {
    let claim = try SigV4Claim(vector.request)
    #expect(claim.accessKey == "AKIDEXAMPLE")
    #expect(claim.scope.region == vector.region)
    #expect(claim.scope.service == vector.service)
    #expect(claim.signedAt.text == vector.signedAt)
    #expect(claim.isSigned(by: try vector.key()))
    try claim.checkTime(now: vector.moment)
  }

  @Test(
    "The same request is refused under another secret, day, Region or service", arguments: Vector.botocore)
  func otherKeysDont(_ vector: Vector) throws {
    let key = try vector.key()
    #expect(!vector.isAccepted(under: try vector.key(secret: Vector.secret.reversed())))
    #expect(!vector.isAccepted(under: try vector.with { $0.signedAt = "20150831T000000Z" }.key()))
    #expect(!vector.isAccepted(under: try vector.with { $0.region = "eu-west-1" }.key()))
    #expect(!vector.isAccepted(under: try vector.with { $0.service = "s3" }.key()))
    #expect(vector.isAccepted(under: key))
  }

  @Test("Any change of what was signed is refused", arguments: Vector.botocore)
  func changesAreRefused(_ vector: Vector) throws {
    let key = try vector.key()
    let changes: [(inout Vector) -> Void] = [
      { $0.method = $0.method == "GET" ? "POST" : "GET" },
      { $0.target = $0.target.split(separator: "?")[0] + "/altered" + $0.target.drop { $0 != "?" } },
      { $0.target += $0.target.contains("?") ? "&altered=1" : "?altered=1" },
      { $0.body.append(0) },
      { $0["host"] += "x" },
      { $0.add("host", "other") },
      { $0.add("x-amz-altered", "1") },
    ]
    for (number, change) in changes.enumerated() {
      #expect(!vector.with(change).isAccepted(under: key), "change \(number)")
    }
  }

  @Test("A change of any signed header is refused, and so is its absence", arguments: Vector.botocore)
  func headersAreBound(_ vector: Vector) throws {
    let key = try vector.key()
    let unsigned = ["user-agent", "expect", "x-amzn-trace-id", "transfer-encoding", "authorization"]
    for header in vector.headers where !unsigned.contains(header.name) {
      #expect(!vector.with { $0[header.name] += "0" }.isAccepted(under: key), "\(header.name) altered")
      #expect(!vector.with { $0.drop(header.name) }.isAccepted(under: key), "\(header.name) dropped")
    }
  }

  @Test("Headers that no signature covers may change on the way")
  func unsignedHeaders() throws {
    let vector = try #require(Vector.botocore.first { $0.name == "headers that aren't signed" })
    #expect(vector.with { $0["user-agent"] = "proxy" }.isAccepted(under: try vector.key()))
    #expect(vector.with { $0.add("via", "1.1 proxy") }.isAccepted(under: try vector.key()))
  }

  @Test("One altered bit of the signature is refused, whichever it is")
  func everyBitOfTheSignature() throws {
    let vector = Vector.call
    let key = try vector.key()
    let authorization = vector["authorization"]
    let digits = try #require(Hex.bytes(String(authorization.suffix(64))))
    for bit in 0..<256 {
      var altered = digits
      altered[bit / 8] ^= 1 << UInt8(bit % 8)
      let text = authorization.dropLast(64) + Hex.string(altered)
      #expect(!vector.with { $0["authorization"] = String(text) }.isAccepted(under: key), "bit \(bit)")
    }
  }

  @Test("The order of headers with different names doesn't matter; that of equal ones does")
  func headerOrder() throws {
    let vector = try #require(Vector.botocore.first { $0.name == "repeated headers" })
    let key = try vector.key()
    #expect(vector.with { $0.headers.append($0.headers.removeFirst()) }.isAccepted(under: key))
    #expect(!vector.with { $0.headers.append($0.headers.remove(at: 1)) }.isAccepted(under: key))
  }
}

@Suite("AWS's published examples")
struct PublishedExampleTests {
  private struct Example {
    var method = "GET"
    var target = "/"
    var headers: [(name: String, value: String)] = []
    var body = ""
    var signed = "host;x-amz-date"
    var host = "example.amazonaws.com"
    var service = "service"
    let signature: String

    var vector: Vector? {
      let scope = "20150830/us-east-1/\(service)/aws4_request"
      let authorization =
        "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/\(scope), SignedHeaders=\(signed), Signature=\(signature)"
      let all =
        [(name: "host", value: host)] + headers
        + [(name: "x-amz-date", value: "20150830T123600Z"), (name: "authorization", value: authorization)]
      var lines: [Substring] = ["example", "\(method) \(target)"]
      lines += all.map { "\($0.name)|\($0.value)|" }
      lines += ["=\(Hex.string(Array(body.utf8)))", "20150830T123600Z us-east-1 \(service)"]
      return Vector(block: lines[...])
    }
  }

  @Test("The signing key of the documentation is derived from its secret")
  func signingKey() throws {
    let example = Example(
      target: "/?Action=ListUsers&Version=2010-05-08",
      headers: [(name: "content-type", value: "application/x-www-form-urlencoded; charset=utf-8")],
      signed: "content-type;host;x-amz-date", host: "iam.amazonaws.com", service: "iam",
      signature: "5d672d79c15b13162d9279b0855cfba6789a8edb4c82c400e06b5924a6f2b5d7")
    let vector = try #require(example.vector)
    let bytes = try #require(Hex.bytes("c4afb1cc5771d871763a393e44b703571b55cc28424d1a5e86da6ed3c154a4b9"))
    #expect(vector.isAccepted(under: try #require(SigningKey(derived: bytes))))
    #expect(vector.isAccepted(under: try vector.key()))
  }

  @Test("A derived key has 32 bytes", arguments: [0, 31, 33])
  func keyLength(_ count: Int) {
    #expect(SigningKey(derived: [UInt8](repeating: 1, count: count)) == nil)
  }

  @Test("Requests of the published suite are accepted")
  func suite() throws {
    let examples = [
      Example(signature: "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31"),
      Example(
        target: "/?Param2=value2&Param1=value1",
        signature: "b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500"),
      Example(
        target: "/\u{1234}", signature: "8318018e0b0f223aa2bbf98705b62bb787dc9c0e678f255a891fd03141be5d85"),
      Example(
        headers: [(name: "my-header1", value: " value1"), (name: "my-header2", value: " \"a   b   c\"")],
        signed: "host;my-header1;my-header2;x-amz-date",
        signature: "acc3ed3afb60bb290fc8d2dd0098b9911fcaa05412b367055dee359757a9c736"),
      Example(
        method: "POST", signature: "5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b"),
      Example(
        method: "POST", headers: [(name: "content-type", value: "application/x-www-form-urlencoded")],
        body: "Param1=value1", signed: "content-type;host;x-amz-date",
        signature: "ff11897932ad3f4e8b18135d722051e5ac45fc38421b1da7b9d196a0fe09473a"),
    ]
    for (number, example) in examples.enumerated() {
      let vector = try #require(example.vector)
      #expect(vector.isAccepted(under: try vector.key()), "example \(number)")
    }
  }
}
