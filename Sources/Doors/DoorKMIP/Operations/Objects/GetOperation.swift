import KMSDomain
import KMSEngine
import WireKMIP

/// Gives an object out (KMIP 2.1 section 6.1.19).
struct GetOperation: HotOperation {
  static let code = KMIP.Operation.get
  static let deferral = Deferral.look

  static func run(
    _ payload: TTLVItem, _ call: KMIPCall, into output: inout TTLVWriter
  ) async throws(KMIPFault) {
    let parcel = try await delivery(payload, call).parcel()
    try write(parcel, call, into: &output)
  }

  /// What needs a look at another object first goes the ordinary way.
  static func read(_ payload: TTLVItem, _ call: KMIPCall) throws(KMIPFault) -> (GetRequest, ExportObject)? {
    let delivery = try delivery(payload, call)
    let request = delivery.request
    guard request.wrapping == nil, request.wrapType != .notWrapped,
      request.format != KMIP.KeyFormatType.pkcs12.rawValue
    else { return nil }
    return (request, try delivery.work())
  }

  static func write(
    _ result: Result<ExportObject.Answer, KMSError>, _ request: GetRequest, _ work: ExportObject,
    _ call: KMIPCall,
    into output: inout TTLVWriter
  ) throws(KMIPFault) {
    try write(try delivery(request, call).parcel(result), call, into: &output)
  }

  static func delivery(_ payload: TTLVItem, _ call: KMIPCall) throws(KMIPFault) -> ObjectDelivery {
    delivery(try GetRequest(payload, call), call)
  }

  private static func delivery(_ request: GetRequest, _ call: KMIPCall) -> ObjectDelivery {
    ObjectDelivery(name: "Get", action: .getObject, request: request, call: call)
  }

  static func write(
    _ parcel: ObjectDelivery.Parcel, _ call: KMIPCall, into output: inout TTLVWriter
  ) throws(KMIPFault) {
    output.enumeration(parcel.object.type)
    output.text(.uniqueIdentifier, parcel.object.identifier)
    try parcel.write(call.version, into: &output)
  }
}
