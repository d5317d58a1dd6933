import KMSDomain
import KMSEngine
import WireKMIP

/// Signs (KMIP 2.1 section 6.1.55) a message, or what is hashed already.
struct SignOperation: KeyUse {
  static let code = KMIP.Operation.sign
  static let name = "Sign"
  static let action = Action.sign

  static func use(_ request: UseRequest, _ key: UsedKey) throws(KMIPFault) -> ObjectUse {
    .sign(try request.wholePayload(), try parameters(request, key))
  }

  static func begin(_ request: UseRequest, _ key: UsedKey) throws(KMIPFault) -> StreamStart {
    .sign(try parameters(request, key))
  }

  private static func parameters(
    _ request: UseRequest, _ key: UsedKey
  ) throws(KMIPFault) -> SignatureParameters {
    try key.parameters(request.parameters).signature(with: key, isDigest: request.isDigest, verifying: false)
  }

  static func write(
    _ yield: ObjectYield, _ request: UseRequest, _ call: KMIPCall, into output: inout TTLVWriter
  ) throws(KMIPFault) {
    guard case .bytes(let signature) = yield else { return }
    call.outputs.deliver(signature.span, of: .signSignatureData, as: .signatureData, into: &output)
  }
}
