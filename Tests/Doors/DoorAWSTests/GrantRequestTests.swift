import KMSBytes
import KMSDomain
import KMSEngine
import Testing
import WireJSON

@testable import DoorAWS

@Suite("Requests for grants")
struct GrantRequestTests {
  private static let alice = "arn:aws:iam::111122223333:user/alice"

  private static func call() throws -> AWSCall {
    AWSCall(
      caller: try Samples.caller(), account: Samples.account, region: "eu-central-1",
      origin: RequestOrigin(
        id: RequestID(Bits128(high: 1, low: 1)), door: "aws", source: "", isEncrypted: true, userAgent: ""))
  }

  /// A request with these members instead of the usual ones.
  private static func create(
    grantee: String? = alice, operations: String = #"["Encrypt"]"#, _ more: String = ""
  ) throws -> GrantTerms {
    let principal = grantee.map { "\"GranteePrincipal\": \"\($0)\"," } ?? ""
    let text = """
      {"KeyId": "\(NamesTests.id)", \(principal) "Operations": \(operations) \(more.isEmpty ? "" : ", ")\(more)}
      """
    return try CreateGrantOperation.decode(try Samples.json(text), try call()).terms
  }

  @Test("members become terms")
  func sound() throws {
    let terms = try Self.create(
      operations: #"["Decrypt", "Encrypt", "Decrypt", "CreateGrant"]"#,
      """
      "Name": "n/1", "RetiringPrincipal": "111122223333", "GrantTokens": [],
      "Constraints": {"EncryptionContextEquals": {"a": "b"}, "EncryptionContextSubset": {}}
      """)
    #expect(terms.name == "n/1" && terms.grantee == Self.alice && terms.issuer == Samples.account)
    #expect(terms.retiring == "arn:aws:iam::111122223333:root")
    #expect(terms.operations.members == [.decrypt, .encrypt, .createGrant])
    #expect(terms.constraints.equals?["a"] == "b" && terms.constraints.subset == .empty)
    let plain = try Self.create()
    #expect(plain.name.isEmpty && plain.retiring == nil && plain.constraints == .none)
  }

  @Test(
    "principals are called what policies call them",
    arguments: [
      ("444455556666", "arn:aws:iam::444455556666:root"),
      ("arn:aws-cn:iam::444455556666:root", "arn:aws:iam::444455556666:root"),
      ("arn:aws:iam::444455556666:role/path/r", "arn:aws:iam::444455556666:role/path/r"),
      ("arn:aws:sts::444455556666:assumed-role/r/s", "arn:aws:sts::444455556666:assumed-role/r/s"),
      ("arn:aws-us-gov:iam::444455556666:user/u", "arn:aws:iam::444455556666:user/u"),
    ])
  func principals(written: String, name: String) throws {
    #expect(try Self.create(grantee: written).grantee == name)
  }

  @Test(
    "who can't call this server can't be given anything",
    arguments: [
      "alice", "acm.us-east-2.amazonaws.com", "arn:aws:iam::111122223333:group/g", "arn:aws:iam::1:user/u",
      "arn:aws:kms:eu-central-1:111122223333:key/x", "AIDAALICE",
    ])
  func strangers(written: String) {
    let refusal = AWSError("InvalidArnException", "ARN does not refer to a valid principal: \(written)")
    #expect(throws: refusal) { try Self.create(grantee: written) }
    #expect(throws: refusal) { try Self.create("\"RetiringPrincipal\": \"\(written)\"") }
  }

  @Test("a grant says what it allows and to whom")
  func refusals() {
    #expect(throws: AWSError.validation("Grants must not contain only the CreateGrant operation.")) {
      try Self.create(operations: #"["CreateGrant", "CreateGrant"]"#)
    }
    #expect(throws: AWSError.validation("Grants must contain at least one operation.")) {
      try Self.create(operations: "[]")
    }
    #expect(throws: AWSError.validation("Either GranteePrincipal or GranteeServicePrincipal is required.")) {
      try Self.create(grantee: nil)
    }
    #expect(throws: AWSError.servicePrincipals) {
      try Self.create(#""RetiringServicePrincipal": "a.amazonaws.com""#)
    }
    #expect(throws: AWSError.servicePrincipals) {
      try Self.create(#""Constraints": {"SourceArn": "arn:aws:s3:::x"}"#)
    }
    let nine = (0..<9).map { "\"\($0)\": \"\"" }.joined(separator: ",")
    #expect(throws: AWSError.validation("A grant constraint can have at most 8 pairs.")) {
      try Self.create("\"Constraints\": {\"EncryptionContextSubset\": {\(nine)}}")
    }
    let long = String(repeating: "x", count: 385)
    #expect(throws: AWSError.validation("A value of a grant constraint can have at most 384 characters.")) {
      try Self.create("\"Constraints\": {\"EncryptionContextEquals\": {\"a\": \"\(long)\"}}")
    }
    #expect(throws: AWSError.serialization("NUMBER_VALUE can not be converted to a Map")) {
      try Self.create(#""Constraints": {"EncryptionContextEquals": 7}"#)
    }
  }

  @Test("what breaks the service model is told first, and together")
  func constraints() {
    let values = GrantOperation.allCases.map(\.awsName).joined(separator: ", ")
    #expect(
      throws: AWSError.validation(
        "3 validation errors detected: Value 'a b' at 'granteePrincipal' failed to satisfy constraint: Member must "
          + #"satisfy regular expression pattern: ^[\w+=,.@:/-]+$; Value 'DECRYPT' at 'operations.1.member' failed to "#
          + "satisfy constraint: Member must satisfy enum value set: [\(values)]; Value 'x y' at 'name' failed to "
          + "satisfy constraint: Member must satisfy regular expression pattern: ^[a-zA-Z0-9:/_-]+$")
    ) {
      try Self.create(
        grantee: "a b", operations: #"["DECRYPT"]"#, #""Name": "x y", "GrantTokens": ["garbage"]"#)
    }
  }

  @Test("a token must have the form of one")
  func tokens() throws {
    let form = Base64.string([1] + [UInt8](repeating: 7, count: 96))
    _ = try Self.create("\"GrantTokens\": [\"\(form)\"]")
    for text in ["garbage", "AAAA", form + "A", Base64.string([2] + [UInt8](repeating: 7, count: 96))] {
      #expect(throws: AWSError.invalidGrantToken) { try Self.create("\"GrantTokens\": [\"\(text)\"]") }
      #expect(throws: AWSError.invalidGrantToken) {
        try RetireGrantOperation.decode(try Samples.json("{\"GrantToken\": \"\(text)\"}"), try Self.call())
      }
    }
  }

  @Test(
    "a grant to retire is named in one way",
    arguments: [
      "{}", #"{"KeyId": "x"}"#, #"{"GrantId": "x"}"#, #"{"GrantToken": "x", "KeyId": "x", "GrantId": "x"}"#,
      #"{"GrantToken": "x", "GrantId": "x"}"#,
    ])
  func retire(text: String) {
    #expect(throws: AWSError.validation("Specify either a grant token, or a key ID and a grant ID.")) {
      try RetireGrantOperation.decode(try Samples.json(text), try Self.call())
    }
  }

  @Test("an id of another form is none", arguments: ["x", String(repeating: "A", count: 64)])
  func ids(text: String) {
    let body = "{\"KeyId\": \"\(NamesTests.id)\", \"GrantId\": \"\(text)\"}"
    #expect(throws: AWSError.invalidGrantID) {
      try RevokeGrantOperation.decode(try Samples.json(body), try Self.call())
    }
    #expect(throws: AWSError.invalidGrantID) {
      try ListGrantsOperation.decode(try Samples.json(body), try Self.call())
    }
  }

  @Test("pages hold at most a hundred")
  func limits() throws {
    for (limit, size) in [("", 50), (#", "Limit": 7"#, 7), (#", "Limit": 1000"#, 100)] {
      let body = "{\"KeyId\": \"\(NamesTests.id)\"\(limit)}"
      #expect(try ListGrantsOperation.decode(try Samples.json(body), try Self.call()).limit == size)
    }
  }

  @Test("a principal of another account isn't asked about in this one's name")
  func retirable() throws {
    let body = #"{"RetiringPrincipal": "arn:aws:iam::444455556666:user/u"}"#
    let list = try ListRetirableGrantsOperation.decode(try Samples.json(body), try Self.call())
    #expect(list.account == Samples.other && list.principal == "arn:aws:iam::444455556666:user/u")
  }
}
