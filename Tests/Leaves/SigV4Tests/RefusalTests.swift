import SigV4
import Testing

private let goodScope = "20150830/us-east-1/kms/aws4_request"
private let someDigits = String(repeating: "0a", count: 32)

@Suite("Requests that are refused before any key is asked")
struct RefusalTests {
  private func refusal(authorization: String) -> SigV4Refusal? {
    Vector.call.with { $0["authorization"] = authorization }.refusal
  }

  private func refusal(credential: String) -> SigV4Refusal? {
    refusal(
      authorization: "AWS4-HMAC-SHA256 Credential=\(credential), "
        + "SignedHeaders=content-type;host;x-amz-date;x-amz-target, Signature=\(someDigits)")
  }

  private func refusal(signedHeaders: String) -> SigV4Refusal? {
    refusal(
      authorization: "AWS4-HMAC-SHA256 Credential=A/\(goodScope), SignedHeaders=\(signedHeaders), "
        + "Signature=\(someDigits)")
  }

  @Test("No credentials at all is its own case")
  func missing() {
    #expect(Vector.call.with { $0.drop("authorization") }.refusal == .missing)
    #expect(Vector.call.with { $0.headers = [] }.refusal == .missing)
  }

  @Test("Every absent part is named")
  func incomplete() {
    #expect(
      refusal(authorization: "AWS4-HMAC-SHA256") == .incomplete([.credential, .signedHeaders, .signature]))
    #expect(
      refusal(authorization: "AWS4-HMAC-SHA256 Credential=a") == .incomplete([.signedHeaders, .signature]))
    #expect(
      refusal(authorization: "AWS4-HMAC-SHA256 Signature=a,Credential=b") == .incomplete(.signedHeaders))
    #expect(Vector.call.with { $0.drop("x-amz-date") }.refusal == .incomplete(.date))
  }

  @Test(
    "Another algorithm or scheme is refused",
    arguments: [
      "", "Bearer abc", "Basic YTpi", "AWS4-HMAC-SHA512 Credential=a", "AWS4-HMAC-SHA2567 Credential=a",
      "aws4-hmac-sha256 Credential=a", "AWS AKID:signature",
    ])
  func algorithm(_ text: String) {
    #expect(refusal(authorization: text) == .malformed(.algorithm))
  }

  @Test("Parts stand once, and there are no others")
  func parts() {
    let prefix = "AWS4-HMAC-SHA256 "
    #expect(
      refusal(authorization: prefix + "Credential=a, Credential=b") == .malformed(.duplicate("Credential")))
    #expect(
      refusal(authorization: prefix + "Signature=a,Signature=a") == .malformed(.duplicate("Signature")))
    #expect(
      refusal(authorization: prefix + "SignedHeaders=a,SignedHeaders=b")
        == .malformed(.duplicate("SignedHeaders")))
    for text in ["credential=a", "Credential", "Credential=a,", ",Credential=a", "Extra=1", "Credential =a"] {
      #expect(refusal(authorization: prefix + text) == .malformed(.authorization), "\(text)")
    }
  }

  @Test("Spaces around parts are free")
  func spaces() throws {
    let vector = Vector.call
    let key = try vector.key()
    let text = vector["authorization"]
    #expect(vector.with { $0["authorization"] = text.replacing(", ", by: ",") }.isAccepted(under: key))
    #expect(vector.with { $0["authorization"] = text.replacing(", ", by: " ,   ") }.isAccepted(under: key))
    #expect(!vector.with { $0["authorization"] = text.replacing(", ", by: "; ") }.isAccepted(under: key))
  }

  @Test(
    "A header that may stand once is refused when it stands twice",
    arguments: ["authorization", "x-amz-date"])
  func duplicateHeaders(_ name: String) {
    let vector = Vector.call
    #expect(vector.with { $0.add(name, vector[name]) }.refusal == .malformed(.duplicate(name)))
  }

  @Test(
    "A credential has five elements",
    arguments: [
      "", "AKID", "AKID/20150830/us-east-1/kms", "AKID/20150830/us-east-1/kms/aws4_request/",
      "AKID/a/\(goodScope)",
    ])
  func credentialElements(_ text: String) {
    #expect(refusal(credential: text) == .malformed(.credentialElements))
  }

  @Test(
    "Elements hold plain characters only",
    arguments: [
      "/\(goodScope)", "A KID/\(goodScope)", "A\u{e9}/\(goodScope)", "A%2F/\(goodScope)",
      "AKID/20150830/us_east.1/kms/aws4_request",
      String(repeating: "A", count: 129) + "/\(goodScope)",
    ])
  func credentialCharacters(_ text: String) {
    #expect(refusal(credential: text) == .malformed(.credential))
  }

  @Test("Each fault of the scope is told apart")
  func scope() throws {
    let signedAt = try Vector.call.moment
    #expect(refusal(credential: "A/20150830/us-east-1/kms/aws5") == .scope(.terminator("aws5")))
    #expect(refusal(credential: "A/20150830/US-EAST-1/kms/aws4_request") == .scope(.region("US-EAST-1")))
    #expect(refusal(credential: "A/20150830//kms/aws4_request") == .scope(.region("")))
    #expect(refusal(credential: "A/20150830/us-east-1//aws4_request") == .scope(.service("")))
    let long = String(repeating: "a", count: 33)
    #expect(refusal(credential: "A/20150830/us-east-1/\(long)/aws4_request") == .scope(.service(long)))
    for date in ["20150829", "20150831", "2015083", "", "2015-08-30"] {
      #expect(
        refusal(credential: "A/\(date)/us-east-1/kms/aws4_request")
          == .scope(.date(credential: date, signedAt: signedAt)))
    }
  }

  @Test(
    "A signature is 64 lower-case hex digits",
    arguments: [
      "", "0", String(repeating: "0", count: 63), String(repeating: "0", count: 65),
      String(repeating: "0", count: 128), String(repeating: "0", count: 63) + "g",
      String(repeating: "A", count: 64), String(repeating: "0", count: 63) + "\u{0660}",
    ])
  func signature(_ text: String) {
    let header =
      "AWS4-HMAC-SHA256 Credential=A/\(goodScope), SignedHeaders=content-type;host;x-amz-date, Signature=\(text)"
    #expect(refusal(authorization: header) == .malformed(.signature))
  }

  @Test(
    "Signed headers are distinct, sorted and in lower case",
    arguments: [
      "", ";", "host;", ";host", "host;content-type", "host;host", "Host", "host;x-amz-Date",
      "content-type;;host",
      "host;x amz", "host;x:y", "host;x,y",
    ])
  func signedHeaders(_ list: String) {
    let refusal = refusal(signedHeaders: list)
    #expect(refusal == .malformed(.signedHeaders) || refusal == .malformed(.authorization))
  }

  @Test("The host must be signed, and every header that says what to do")
  func coverage() {
    #expect(
      refusal(signedHeaders: "content-type;x-amz-date;x-amz-target") == .malformed(.hostNotSigned))
    #expect(refusal(signedHeaders: "hos;hosts") == .malformed(.hostNotSigned))
    #expect(
      refusal(signedHeaders: "content-type;host;x-amz-date")
        == .malformed(.headerNotSigned("x-amz-target")))
    #expect(refusal(signedHeaders: "host;x-amz-target") == .malformed(.headerNotSigned("x-amz-date")))
  }

  @Test("A signed header that isn't there is a mismatch")
  func absentHeader() {
    #expect(
      refusal(signedHeaders: "accept;content-type;host;x-amz-date;x-amz-target") == .signatureMismatch)
  }

  @Test(
    "An announced hash that isn't the body's is a mismatch",
    arguments: [
      "UNSIGNED-PAYLOAD", "STREAMING-AWS4-HMAC-SHA256-PAYLOAD", "", someDigits,
    ])
  func announcedHash(_ text: String) {
    let vector = Vector.botocore.first { $0.name == "an announced hash of the body" }
    #expect(vector?.with { $0["x-amz-content-sha256"] = text }.refusal == .signatureMismatch)
    #expect(vector?.refusal == nil)
  }

  @Test("A line feed in a value can't pass for another header")
  func lineFeeds() {
    #expect(Vector.call.with { $0["content-type"] = "a\nhost:b" }.refusal == .signatureMismatch)
    #expect(Vector.call.with { $0.method = "POST\n/" }.refusal == .signatureMismatch)
  }

  @Test(
    "A target is a path with a well-encoded query",
    arguments: [
      "", "*", "x", "http://host/", "/?a=%", "/?a=%2", "/?%zz=1", "/?&", "/?a=1&&b=2", "/?a&",
    ])
  func target(_ text: String) {
    #expect(Vector.call.with { $0.target = text }.refusal == .malformed(.target))
  }

  @Test("What no client needs is refused by its size alone")
  func sizes() {
    let vector = Vector.call
    let many = (0..<129).map { "a\($0)=" }.joined(separator: "&")
    let names = (0..<64).map { "h\($0 + 100)" }.joined(separator: ";")
    #expect(
      vector.with { $0.target = "/" + String(repeating: "a", count: 16_384) }.refusal == .malformed(.tooLarge)
    )
    #expect(vector.with { $0.target = "/?" + many }.refusal == .malformed(.tooLarge))
    #expect(
      vector.with { $0["authorization"] += String(repeating: " ", count: 4096) }.refusal
        == .malformed(.tooLarge))
    #expect(
      vector.with { for index in 0..<256 { $0.add("h\(index)", "") } }.refusal == .malformed(.tooLarge))
    #expect(refusal(signedHeaders: names + ";host") == .malformed(.tooLarge))
  }
}

@Suite("Presigned requests")
struct PresignedTests {
  private var vector: Vector { Vector.presigned[0] }

  private func refusal(_ old: String, _ new: String) -> SigV4Refusal? {
    vector.with { $0.target = $0.target.replacing(old, by: new) }.refusal
  }

  @Test("Credentials stand in one place only")
  func twoForms() {
    let header = Vector.call["authorization"]
    #expect(vector.with { $0.add("authorization", header) }.refusal == .malformed(.twoForms))
    #expect(vector.with { $0.add("authorization", "Bearer x") }.refusal == .malformed(.twoForms))
  }

  @Test("Every absent parameter is named")
  func incomplete() {
    #expect(refusal("&X-Amz-Expires=60", "") == .incomplete(.expires))
    #expect(refusal("X-Amz-Date", "X-Amz-Data") == .incomplete(.date))
    #expect(
      vector.with { $0.target = "/?X-Amz-Signature=a" }.refusal
        == .incomplete([.algorithm, .credential, .date, .expires, .signedHeaders]))
  }

  @Test(
    "The life is 1 to 604,800 seconds",
    arguments: [
      "", "0", "-1", "+1", "01", "604801", "999999", "1000000", "18446744073709551617", "6x", "1.5", "%31%20",
    ])
  func lifetime(_ text: String) {
    #expect(refusal("Expires=60", "Expires=\(text)") == .malformed(.expires))
  }

  @Test("Parameters stand once")
  func duplicates() {
    for parameter in ["X-Amz-Expires=60", "X-Amz-Date=20150830T123600Z", "X-Amz-SignedHeaders=host"] {
      let name = String(parameter.prefix { $0 != "=" })
      let changed = vector.with { $0.target += "&" + parameter }
      #expect(changed.refusal == .malformed(.duplicate(name)))
    }
  }

  @Test("Other malformed parameters are refused for what they are")
  func malformed() {
    #expect(refusal("AWS4-HMAC-SHA256", "AWS4-HMAC-SHA1") == .malformed(.algorithm))
    #expect(refusal("Date=20150830T123600Z", "Date=20150830") == .malformed(.date))
    #expect(refusal("SignedHeaders=host", "SignedHeaders=date") == .malformed(.hostNotSigned))
    #expect(refusal("Signature=", "Signature=0") == .malformed(.signature))
    #expect(refusal("%2Faws4_request", "") == .malformed(.credentialElements))
  }

  @Test("A presigned request lives as long as it says, and not a second more")
  func expiry() throws {
    let claim = try SigV4Claim(vector.request)
    let signedAt = try vector.moment
    #expect(claim.form == .presigned(lifetime: 60))
    try claim.checkTime(now: signedAt.advanced(by: 60))
    try claim.checkTime(now: signedAt.advanced(by: -300))
    let late = signedAt.advanced(by: 61)
    #expect(throws: SigV4Refusal.expired(.init(signedAt: signedAt, now: late, allowance: 60))) {
      try claim.checkTime(now: late)
    }
    let early = signedAt.advanced(by: -301)
    #expect(throws: SigV4Refusal.notYetCurrent(.init(signedAt: signedAt, now: early, allowance: 300))) {
      try claim.checkTime(now: early)
    }
  }

  @Test("A session token is seen wherever it stands")
  func sessionToken() throws {
    let inQuery = vector.with { $0.target += "&X-Amz-Security-Token=t" }
    #expect(try SigV4Claim(inQuery.request).sessionToken == Array("t".utf8))
    #expect(try SigV4Claim(vector.request).sessionToken == nil)
    let inHeader = Vector.call.with {
      $0.add("x-amz-security-token", "t")
      $0["authorization"] = $0["authorization"].replacing(
        "x-amz-target", by: "x-amz-security-token;x-amz-target")
    }
    #expect(try SigV4Claim(inHeader.request).sessionToken == Array("t".utf8))
  }

  @Test("A session token stands once, is signed, and has a length that clients send")
  func soleSessionToken() throws {
    let twice = vector.with { $0.target += "&X-Amz-Security-Token=t&X-Amz-Security-Token=t" }
    #expect(throws: SigV4Refusal.malformed(.duplicate("X-Amz-Security-Token"))) {
      try SigV4Claim(twice.request)
    }
    let long = String(repeating: "t", count: 12_289)
    let tooLong = vector.with { $0.target += "&X-Amz-Security-Token=" + long }
    #expect(throws: SigV4Refusal.malformed(.tooLarge)) { try SigV4Claim(tooLong.request) }
    let unsigned = Vector.call.with { $0.add("x-amz-security-token", "t") }
    #expect(throws: SigV4Refusal.malformed(.headerNotSigned("x-amz-security-token"))) {
      try SigV4Claim(unsigned.request)
    }
    let inBoth = vector.with {
      $0.target =
        $0.target.replacing("SignedHeaders=host", by: "SignedHeaders=host%3Bx-amz-security-token")
        + "&X-Amz-Security-Token=t"
      $0.add("x-amz-security-token", "t")
    }
    #expect(throws: SigV4Refusal.malformed(.duplicate("X-Amz-Security-Token"))) {
      try SigV4Claim(inBoth.request)
    }
  }
}
