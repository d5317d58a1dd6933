import Foundation
import HTTPTypes
import KMSDomain
import KMSTestKit
import NetKit
import Testing

@testable import DoorAWS

@Suite("Responses of the Query protocol")
struct QueryResponseTests {
  private static let id = RequestID(Bits128(high: 0x0123_4567_89ab_cdef, low: 0x0123_4567_89ab_cdef))
  private static let namespace = "https://sts.amazonaws.com/doc/2011-06-15/"

  private static func identity(of caller: Caller) -> WireResponse {
    let origin = RequestOrigin(id: id, door: "aws", source: "", isEncrypted: true, userAgent: "")
    let call = AWSCall(caller: caller, account: Samples.account, region: "eu-central-1", origin: origin)
    var xml = XMLWriter()
    GetCallerIdentityOperation.encode(caller, call, into: &xml)
    return QueryResponse.success(GetCallerIdentityOperation.name, xml, .sts, id)
  }

  private static func text(_ response: WireResponse) -> String {
    String(decoding: response.body, as: UTF8.self)
  }

  @Test("a caller's identity, letter for letter")
  func identity() throws {
    let response = Self.identity(of: try Samples.caller())
    #expect(
      Self.text(response)
        == "<GetCallerIdentityResponse xmlns=\"\(Self.namespace)\"><GetCallerIdentityResult>"
        + "<Arn>arn:aws:iam::111122223333:user/alice</Arn><UserId>AIDAALICE</UserId>"
        + "<Account>111122223333</Account></GetCallerIdentityResult><ResponseMetadata><RequestId>\(Self.id.text)"
        + "</RequestId></ResponseMetadata></GetCallerIdentityResponse>")
    #expect(response.status == 200)
    #expect(response.headerFields[.contentType] == "text/xml")
    #expect(response.headerFields[.contentLength] == String(response.body.count))
  }

  @Test("a failure has its own words and status")
  func failure() {
    let response = QueryResponse.failure(.unknownAccessKey, .sts, Self.id)
    #expect(
      Self.text(response)
        == "<ErrorResponse xmlns=\"\(Self.namespace)\"><Error><Type>Sender</Type><Code>InvalidClientTokenId</Code>"
        + "<Message>The security token included in the request is invalid.</Message></Error>"
        + "<RequestId>\(Self.id.text)</RequestId></ErrorResponse>")
    #expect(response.status == 403)
    let fault = QueryResponse.failure(.internalError, .sts, Self.id)
    #expect(Self.text(fault).contains("<Type>Receiver</Type><Code>InternalFailure</Code>"))
    #expect(fault.status == 500)
    #expect(
      Self.text(QueryResponse.failure(.unknownOperation, .sts, Self.id)).contains("<Message></Message>"))
  }

  @Test(
    "nothing of the caller's becomes markup",
    arguments: [
      ("a<b>&\"c", "a&lt;b&gt;&amp;&quot;c"), ("</Message><Code>x", "&lt;/Message&gt;&lt;Code&gt;x"),
      ("&amp;", "&amp;amp;"), ("é✓", "é✓"),
      ("\u{0}\u{8}\u{b}\u{1f}\u{ffff}", "\u{fffd}\u{fffd}\u{fffd}\u{fffd}\u{fffd}"),
      ("a\tb\nc", "a\tb\nc"),
    ])
  func escaping(text: String, escaped: String) {
    let body = Self.text(QueryResponse.failure(.validation(text), .sts, Self.id))
    #expect(body.contains("<Message>\(escaped)</Message>"))
  }

  @Test("no name, whatever is in it, makes the document malformed")
  func wellFormed() {
    var scalars = String.UnicodeScalarView()
    for value in UInt32(0)..<0x180 { if let scalar = Unicode.Scalar(value) { scalars.append(scalar) } }
    let caller = Caller(
      account: Samples.account, principal: String(scalars), principalID: "<&>", userName: nil, isRoot: false,
      credential: "", policies: [])
    let body = Self.text(Self.identity(of: caller))
    #expect(!body.unicodeScalars.contains { $0.value < 0x20 && ![0x9, 0xa, 0xd].contains($0.value) })
    #expect(
      body.components(separatedBy: "<Arn>").count == 2 && body.contains("<UserId>&lt;&amp;&gt;</UserId>"))
  }
}
