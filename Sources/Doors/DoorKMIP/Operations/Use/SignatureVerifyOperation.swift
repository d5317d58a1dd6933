import KMSDomain
import KMSEngine
import WireKMIP

/// Verifies a signature (KMIP 2.1 section 6.1.56). That it is wrong is an answer, no failure.
struct SignatureVerifyOperation: KeyUse {
  static let code = KMIP.Operation.signatureVerify
  static let name = "SignatureVerify"
  static let action = Action.verify

  static func use(_ request: UseRequest, _ key: UsedKey) throws(KMIPFault) -> ObjectUse {
    guard let signature = request.code else { throw .missing("The signature") }
    return .verify(signature, of: try request.wholePayload(), try parameters(request, key))
  }

  static func begin(_ request: UseRequest, _ key: UsedKey) throws(KMIPFault) -> StreamStart {
    .verify(try parameters(request, key))
  }

  private static func parameters(
    _ request: UseRequest, _ key: UsedKey
  ) throws(KMIPFault) -> SignatureParameters {
    try key.parameters(request.parameters).signature(with: key, isDigest: request.isDigest, verifying: true)
  }

  static func write(
    _ yield: ObjectYield, _ request: UseRequest, _ call: KMIPCall, into output: inout TTLVWriter
  ) throws(KMIPFault) {
    if request.isEnd { output.enumeration(KMIP.ValidityIndicator.valid) }
  }

  static func verdict(of error: KMSError) -> KMIP.ValidityIndicator? {
    error == .invalidSignature ? .invalid : nil
  }
}
