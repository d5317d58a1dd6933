import KMSBytes
import KMSDomain
import KMSEngine
import KMSIdentity
import NetKit
import WireJSON

/// An operation that clients send without a signature: what the request carries proves who calls, or nothing does.
///
/// A signature that is there all the same isn't looked at.
protocol UnsignedOperation: QueryHandler {
  /// - Throws: after the call was recorded.
  func run(_ received: ReceivedRequest, _ door: AWSDoor) async throws(AWSError) -> WireResponse
}

extension UnsignedOperation {
  /// Never called: the door looks for unsigned operations before it asks who has signed.
  func run(_ body: WipedBytes, _ call: AWSCall, _ engine: Engine) async throws(AWSError) -> WireResponse {
    throw .internalError
  }

  /// The parameters, read.
  static func read<Value>(
    _ received: ReceivedRequest, _ body: (inout Input) throws(AWSError) -> Value
  ) throws(AWSError) -> Value {
    guard received.body.count <= AWSLimits.unsignedForm else { throw .oversized }
    guard let document = FormBody(received.body).json(limits: AWSLimits.json) else { throw .malformedQuery }
    return try Input.readForm(document.root, body)
  }
}

struct AssumeRoleWithWebIdentityOperation: UnsignedOperation {
  static let name = "AssumeRoleWithWebIdentity"
  static let service = QueryService.sts

  private struct Request {
    let role: RoleToAssume
    let token: String
  }

  func run(_ received: ReceivedRequest, _ door: AWSDoor) async throws(AWSError) -> WireResponse {
    let request: Request
    let proof: WebIdentityProof
    do throws(AWSError) {
      request = try Self.request(received)
      proof = try await Self.prove(request, received, door)
    } catch {
      throw try await door.refuse(error, Self.name, nil, received)
    }
    do throws(KMSError) {
      let begun = try await door.engine.run(
        AssumeRoleWithWebIdentity(request.role), as: proof.caller, from: received.origin)
      door.webIdentity.welcome(received.origin.source)
      return QueryResponse.success(Self.name, Self.encode(begun, proof), Self.service, received.origin.id)
    } catch {
      throw AWSError(error)
    }
  }

  private static func request(_ received: ReceivedRequest) throws(AWSError) -> Request {
    try read(received) { (input: inout Input) throws(AWSError) in
      let terms = try input.roleTerms(withTags: false)
      let role = try input.role(terms)
      // For issuers that speak OAuth 2.0 only, of which there are none here.
      if input.has("ProviderId") { input.refuse(.unsupportedProvider) }
      return Request(role: role, token: try input.requiredText("WebIdentityToken", .webIdentityToken))
    }
  }

  private static func prove(
    _ request: Request, _ received: ReceivedRequest, _ door: AWSDoor
  ) async throws(AWSError) -> WebIdentityProof {
    do throws(WebIdentityError) {
      return try await door.webIdentity.authenticate(
        request.token, for: request.role.identity.account, from: received.origin.source)
    } catch {
      if case .fault(let fault) = error { door.engine.note(fault, received.origin) }
      throw AWSError(error)
    }
  }

  private static func encode(_ begun: BegunSession, _ proof: WebIdentityProof) -> XMLWriter {
    var xml = XMLWriter()
    xml.text("SubjectFromWebIdentityToken", proof.token.subject)
    xml.text("Audience", proof.token.audience)
    xml.assumedRole(begun)
    xml.credentials(begun)
    xml.text("Provider", proof.provider)
    return xml
  }
}

/// Trust in SAML providers is something that this server hasn't got.
struct AssumeRoleWithSAMLOperation: UnsignedOperation {
  static let name = "AssumeRoleWithSAML"
  static let service = QueryService.sts

  func run(_ received: ReceivedRequest, _ door: AWSDoor) async throws(AWSError) -> WireResponse {
    throw try await door.refuse(.unsupportedSAML, Self.name, nil, received)
  }
}
