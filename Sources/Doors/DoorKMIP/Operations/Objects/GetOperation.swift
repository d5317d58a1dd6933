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
    let parcel = try await delivery(try GetRequest(payload, call), call).parcel()
    try write(parcel, call, into: &output)
  }

  static func read(_ payload: TTLVItem, _ call: KMIPCall) throws(KMIPFault) -> (GetRequest, ExportObject)? {
    let request = try GetRequest(payload, call)
    return request.isOfOneObject ? (request, try delivery(request, call).work()) : nil
  }

  static func write(
    _ result: Result<ExportObject.Answer, KMSError>, _ request: GetRequest, _ work: ExportObject,
    _ call: KMIPCall, into output: inout TTLVWriter
  ) throws(KMIPFault) {
    try write(try delivery(request, call).parcel(result), call, into: &output)
  }

  private static func delivery(_ request: GetRequest, _ call: KMIPCall) -> ObjectDelivery {
    ObjectDelivery(name: "Get", action: .getObject, request: request, call: call)
  }

  private static func write(
    _ parcel: ObjectDelivery.Parcel, _ call: KMIPCall, into output: inout TTLVWriter
  ) throws(KMIPFault) {
    output.enumeration(parcel.object.type)
    output.text(.uniqueIdentifier, parcel.object.identifier)
    try parcel.write(call.version, into: &output)
  }
}
