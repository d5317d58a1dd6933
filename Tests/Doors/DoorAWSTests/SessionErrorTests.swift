import KMSDomain
import KMSIdentity
import Testing

@testable import DoorAWS

@Suite("Errors of sessions and tokens")
struct SessionErrorTests {
  private static let noKey =
    "Couldn't retrieve verification key from your identity provider,  "
    + "please reference AssumeRoleWithWebIdentity documentation for requirements"

  static let tokens: [(TokenFault, String, String?, Int)] = [
    (
      .malformed, "InvalidIdentityToken",
      "The ID Token provided is not a valid JWT. (You may see this error if you sent an Access Token)", 400
    ),
    (.missingClaim("sub"), "InvalidIdentityToken", "Missing a required claim: sub", 400),
    (.unknownIssuer, "InvalidIdentityToken", nil, 400),
    (.algorithm, "InvalidIdentityToken", nil, 400),
    (.unknownKey, "InvalidIdentityToken", noKey, 400),
    (.badSignature, "InvalidIdentityToken", nil, 400),
    (.wrongAudience, "InvalidIdentityToken", "Incorrect token audience", 400),
    (
      .expired(now: 2, expiry: 1), "ExpiredTokenException",
      "Token expired: current date/time 2 must be before the expiration date/time 1", 400
    ),
    (.notYetValid, "InvalidIdentityToken", nil, 400),
    (.replayed, "InvalidIdentityToken", nil, 400),
    (.issuerUnreachable, "IDPCommunicationError", noKey, 400),
  ]

  @Test("Each fault of a token has its form on the wire", arguments: tokens)
  func token(_ fault: TokenFault, _ code: String, _ message: String?, _ status: Int) {
    let error = AWSError(WebIdentityError.token(fault)).inQueryProtocol
    #expect(error.type == code && error.status == status)
    if let message { #expect(error.message == message) }
  }

  @Test("The account's lack of a provider is told with the issuer")
  func provider() {
    let error = AWSError(WebIdentityError.noProvider(issuer: "https://a.example")).inQueryProtocol
    #expect(error.type == "InvalidIdentityToken")
    #expect(error.message == "No OpenIDConnect provider found in your account for https://a.example")
  }

  @Test("Each fault of a session has its form on the wire")
  func session() {
    let rows: [(SessionFault, String, Int)] = [
      (.tooLong, "ValidationError", 400), (.tooLongInChain, "ValidationError", 400),
      (.tooLarge(120), "PackedPolicyTooLarge", 400), (.policyNotFound("x"), "ValidationError", 400),
      (.transitiveTagMissing, "ValidationError", 400), (.tagInherited("x"), "ValidationError", 400),
      (.sourceIdentityFixed, "AccessDenied", 403), (.secondFactor, "AccessDenied", 403),
      (.invalidMessage, "InvalidAuthorizationMessageException", 400),
      (.unknownAccessKey, "ValidationError", 400),
    ]
    for (fault, code, status) in rows {
      let error = AWSError(KMSError.session(fault)).inQueryProtocol
      #expect(error.type == code && error.status == status, "\(fault)")
    }
  }

  @Test("A session that is over, in both protocols")
  func expired() {
    let error = AWSError(IdentityError.expiredToken)
    #expect(error.type == "ExpiredTokenException" && error.status == 400)
    #expect(error.inQueryProtocol.type == "ExpiredToken" && error.inQueryProtocol.status == 403)
    #expect(error.message == "The security token included in the request is expired")
  }
}

@Suite("Names in sessions")
struct SessionNameTests {
  private func claims(_ kind: SessionClaims.Kind, _ name: String) throws -> SessionClaims {
    SessionClaims(
      kind: kind, account: try #require(AccountID("111122223333")), principal: IdentityID("X"), name: name,
      issuedAt: Instant(milliseconds: 0), expiresAt: Instant(milliseconds: 1))
  }

  @Test("They are the ones that AWS builds, without the role's path")
  func names() throws {
    let words = AWSVocabulary()
    let role = "arn:aws:iam::111122223333:role/team/a/builder"
    #expect(
      words.sessionPrincipal(try claims(.role, "s"), of: role)
        == "arn:aws:sts::111122223333:assumed-role/builder/s")
    #expect(
      words.sessionPrincipal(try claims(.federated, "guest"), of: "x")
        == "arn:aws:sts::111122223333:federated-user/guest")
    #expect(words.sessionPrincipal(try claims(.user, ""), of: "x") == "x")
  }

  @Test("A role's ARN leads to its name, and nothing else does")
  func arns() throws {
    let name = try #require(IdentityName(roleARN: "arn:aws:iam::111122223333:role/team/builder"))
    #expect(name.text == "builder" && name.kind == .role && name.account.text == "111122223333")
    for text in [
      "", "builder", "arn:aws:iam::111122223333:user/builder", "arn:aws:iam::1111:role/builder",
      "arn:aws:iam::111122223333:role/", "arn:aws:sts::111122223333:role/x",
      "arn:aws:iam:us-east-1:111122223333:role/x",
      "arn:aws-cn:iam::111122223333:role/x",
    ] {
      #expect(IdentityName(roleARN: text) == nil, "\(text)")
    }
  }
}
