import KMSDomain
import KMSEngine
import KMSIdentity
import WireJSON

/// One operation of the API: reads the request, says what the engine must do, writes the answer. Nothing else happens in a
/// door: no decision, no state, no cryptography.
protocol AWSOperation: AWSHandler {
  associatedtype Work: Operation

  /// As in the service model and in `X-Amz-Target`.
  static var name: String { get }
  /// - Throws: `AWSError` for whatever the service model or the documentation refuses.
  static func decode(_ input: JSONValue, _ call: AWSCall) throws(AWSError) -> Work
  /// Writes the body; an operation without output writes nothing.
  static func encode(_ answer: Work.Answer, _ call: AWSCall, into output: inout JSONWriter)
}

/// Whose request it is and where it is addressed: the account is the caller's, the Region that of the signature.
struct AWSCall: Sendable {
  let caller: Caller
  let account: AccountID
  let region: String
  let origin: RequestOrigin

  /// - Returns: a failure when the signature is for another service, or nobody's account is behind it.
  static func from(_ proved: Identity, service: String, _ origin: RequestOrigin) -> Result<AWSCall, AWSError>
  {
    guard proved.service == service else {
      return .failure(.signedForAnotherService(proved.service, not: service))
    }
    guard let account = proved.caller.account else { return .failure(.internalError) }
    return .success(
      AWSCall(
        caller: proved.caller, account: account, region: proved.region, origin: origin.made(in: proved.region)
      ))
  }

  var keyring: Keyring { Keyring(account: account, region: region, kind: .aws) }
}
