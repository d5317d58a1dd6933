import KMSDomain
import KMSIdentity
import SigV4
import Testing

@testable import DoorAWS

/// The table from what identity found to the wire, written down a second time.
@Suite("Identity refusals")
struct IdentityRefusalTests {
  private static let signedAt = Timestamp(seconds: 1_440_938_160)  // 20150830T123600Z
  private static let now = Timestamp(seconds: 1_440_939_060)  // 15 minutes later

  private static func wire(_ refusal: SigV4Refusal) -> AWSError { AWSError(IdentityError.refused(refusal)) }

  @Test("nobody, an unknown key and a token that nobody issued")
  func unknown() {
    #expect(
      Self.wire(.missing)
        == AWSError("MissingAuthenticationTokenException", "Missing Authentication Token"))
    let unknown = AWSError(
      "UnrecognizedClientException", "The security token included in the request is invalid.")
    #expect(AWSError(IdentityError.unknownKey) == unknown)
    #expect(AWSError(IdentityError.invalidToken) == unknown)
    #expect(AWSError(IdentityError.throttled).type == "ThrottlingException")
    #expect(
      AWSError(IdentityError.throttled).inQueryProtocol
        == AWSError("Throttling", "Rate exceeded", status: 400))
  }

  @Test(
    "faults of ours stay opaque",
    arguments: [
      (KMSError.corrupt(.accessKey), "KMSInternalException"), (.corrupt(.principal), "KMSInternalException"),
      (.storeUnavailable, "DependencyTimeoutException"), (.custodyUnavailable, "KeyUnavailableException"),
    ])
  func faults(fault: KMSError, type: String) {
    let error = AWSError(IdentityError.fault(fault))
    #expect(error.type == type && error.status == 500)
    #expect(error.message?.contains("accessKey") == false)
  }

  @Test("a wrong signature says what to check, not what was expected")
  func mismatch() {
    let error = Self.wire(.signatureMismatch)
    #expect(error.type == "InvalidSignatureException" && error.status == 400)
    #expect(
      error.message
        == "The request signature we calculated does not match the signature you provided. Check your AWS Secret "
        + "Access Key and signing method. Consult the service documentation for details.")
  }

  @Test("lateness names the three moments")
  func lateness() {
    let late = SigV4Refusal.Lateness(signedAt: Self.signedAt, now: Self.now, allowance: 300)
    #expect(
      Self.wire(.expired(late))
        == AWSError(
          "InvalidSignatureException",
          "Signature expired: 20150830T123600Z is now earlier than 20150830T124600Z (20150830T125100Z - 5 min.)"
        ))
    let early = SigV4Refusal.Lateness(signedAt: Self.now, now: Self.signedAt, allowance: 90)
    #expect(
      Self.wire(.notYetCurrent(early))
        == AWSError(
          "InvalidSignatureException",
          "Signature not yet current: 20150830T125100Z is still later than 20150830T123730Z "
            + "(20150830T123600Z + 90 s.)"))
  }

  private static let parts: [(SigV4Refusal.MissingParts, String)] = [
    (.algorithm, "Authorization requires 'X-Amz-Algorithm' parameter."),
    (.credential, "Authorization header requires 'Credential' parameter."),
    (.signature, "Authorization header requires 'Signature' parameter."),
    (.signedHeaders, "Authorization header requires 'SignedHeaders' parameter."),
    (
      .date,
      "Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header."
    ),
    (.expires, "Authorization requires 'X-Amz-Expires' parameter."),
  ]

  @Test("missing parts are told each, and all together")
  func missing() {
    for (part, sentence) in Self.parts {
      #expect(Self.wire(.incomplete(part)) == AWSError("IncompleteSignatureException", sentence))
    }
    let all = Self.parts.reduce(into: SigV4Refusal.MissingParts()) { $0.formUnion($1.0) }
    #expect(all.rawValue == 63, "a new part needs a sentence")
    #expect(Self.wire(.incomplete(all)).message == Self.parts.map(\.1).joined(separator: " "))
  }

  private static let malformations: [SigV4Refusal.Malformation] = [
    .algorithm, .twoForms, .authorization, .duplicate("Host"), .credentialElements, .credential, .signature,
    .signedHeaders, .hostNotSigned, .headerNotSigned("x-amz-target"), .date, .expires, .target, .tooLarge,
  ]

  /// Breaks when a case is added, and then the new case belongs above too.
  private static func row(_ malformation: SigV4Refusal.Malformation) -> (Int, String, String) {
    let incomplete = "IncompleteSignatureException"
    let invalid = "InvalidSignatureException"
    return switch malformation {
    case .algorithm: (0, incomplete, "Unsupported AWS 'algorithm': only AWS4-HMAC-SHA256 is supported.")
    case .twoForms: (1, incomplete, "Authorization is in the header and in the query.")
    case .authorization: (2, incomplete, "Authorization header is not a list of name=value pairs.")
    case .duplicate(let name): (3, incomplete, "'\(name)' may stand only once.")
    case .credentialElements: (4, incomplete, elements)
    case .credential: (5, incomplete, elements)
    case .signature: (6, incomplete, "Signature is not 64 lower-case hexadecimal digits.")
    case .signedHeaders: (7, incomplete, "SignedHeaders is not a sorted list of distinct names.")
    case .hostNotSigned: (8, invalid, "'Host' must be a 'SignedHeader' in the AWS Authorization.")
    case .headerNotSigned(let name):
      (9, invalid, "'\(name)' must be a 'SignedHeader' in the AWS Authorization.")
    case .date: (10, incomplete, "Date must be in ISO-8601 'basic format', e.g. 20150830T123600Z.")
    case .expires: (11, incomplete, "X-Amz-Expires must be from 1 to 604800 seconds.")
    case .target: (12, incomplete, "The request target is malformed.")
    case .tooLarge: (13, incomplete, "The authorization is too large.")
    }
  }

  private static let elements =
    "Credential must have exactly 5 slash-delimited elements, e.g. keyid/date/region/service/term"

  @Test("each malformation has its sentence", arguments: malformations)
  func malformed(malformation: SigV4Refusal.Malformation) {
    let (_, type, message) = Self.row(malformation)
    #expect(Self.wire(.malformed(malformation)) == AWSError(type, message))
  }

  @Test("no malformation is forgotten")
  func complete() {
    #expect(Self.malformations.map { Self.row($0).0 } == Array(0..<14))
  }

  @Test(
    "a credential for elsewhere says which part of its scope is wrong",
    arguments: [
      (
        SigV4Refusal.ScopeFault.date(credential: "20150829", signedAt: signedAt),
        "Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: "
          + "'20150829' != '20150830', from '20150830T123600Z'."
      ),
      (.region("nowhere"), "Credential should be scoped to a valid region."),
      (.service("s3"), "Credential should be scoped to correct service, not 's3'."),
      (.terminator("aws5"), "Credential should be scoped with a valid terminator: 'aws4_request'."),
    ])
  func scope(fault: SigV4Refusal.ScopeFault, message: String) {
    #expect(Self.wire(.scope(fault)) == AWSError("InvalidSignatureException", message))
  }

  @Test("a signature for another service is refused by what it should have been")
  func service() {
    #expect(
      AWSError.signedForAnotherService("sts", not: "kms")
        == AWSError("InvalidSignatureException", "Credential should be scoped to correct service: 'kms'."))
  }
}
