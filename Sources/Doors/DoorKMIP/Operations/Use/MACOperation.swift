import KMSDomain
import KMSEngine
import WireKMIP

/// Makes a message authentication code (KMIP 2.1 section 6.1.32).
struct MACOperation: KeyUse {
  static let code = KMIP.Operation.mac
  static let name = "MAC"
  static let action = Action.generateMac

  static func use(_ request: UseRequest, _ key: UsedKey) throws(KMIPFault) -> ObjectUse {
    .mac(try request.wholePayload(), try key.parameters(request.parameters).mac(with: key))
  }

  static func begin(_ request: UseRequest, _ key: UsedKey) throws(KMIPFault) -> StreamStart {
    .mac(try key.parameters(request.parameters).mac(with: key))
  }

  static func write(
    _ yield: ObjectYield, _ request: UseRequest, _ call: KMIPCall, into output: inout TTLVWriter
  ) throws(KMIPFault) {
    guard case .bytes(let code) = yield else { return }
    call.outputs.deliver(code.span, of: .macMACData, as: .macData, into: &output)
  }
}
