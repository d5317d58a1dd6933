import KMSDomain
import KMSEngine
import WireKMIP

/// Compares a message authentication code (KMIP 2.1 section 6.1.33). That it is wrong is an answer, no failure.
struct MACVerifyOperation: KeyUse {
  static let code = KMIP.Operation.macVerify
  static let name = "MACVerify"
  static let action = Action.verifyMac

  static func use(_ request: UseRequest, _ key: UsedKey) throws(KMIPFault) -> ObjectUse {
    guard let code = request.code else { throw .missing("The code") }
    return .verifyMac(
      code, of: try request.wholePayload(), try key.parameters(request.parameters).mac(with: key))
  }

  static func begin(_ request: UseRequest, _ key: UsedKey) throws(KMIPFault) -> StreamStart {
    .verifyMac(try key.parameters(request.parameters).mac(with: key))
  }

  static func write(
    _ yield: ObjectYield, _ request: UseRequest, _ call: KMIPCall, into output: inout TTLVWriter
  ) throws(KMIPFault) {
    if request.isEnd { output.enumeration(KMIP.ValidityIndicator.valid) }
  }

  static func verdict(of error: KMSError) -> KMIP.ValidityIndicator? {
    error == .invalidMAC ? .invalid : nil
  }
}
