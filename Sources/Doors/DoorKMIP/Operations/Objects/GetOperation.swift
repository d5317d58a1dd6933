import KMSDomain
import WireKMIP

/// Gives an object out (KMIP 2.1 section 6.1.19).
struct GetOperation: KMIPOperation {
  static let code = KMIP.Operation.get
  static let deferral = Deferral.look

  static func run(
    _ payload: TTLVItem, _ call: KMIPCall, into output: inout TTLVWriter
  ) async throws(KMIPFault) {
    let parcel = try await delivery(payload, call).parcel()
    try write(parcel, call, into: &output)
  }

  static func delivery(_ payload: TTLVItem, _ call: KMIPCall) throws(KMIPFault) -> ObjectDelivery {
    ObjectDelivery(name: "Get", action: .getObject, request: try GetRequest(payload, call), call: call)
  }

  static func write(
    _ parcel: ObjectDelivery.Parcel, _ call: KMIPCall, into output: inout TTLVWriter
  ) throws(KMIPFault) {
    output.enumeration(parcel.object.type)
    output.text(.uniqueIdentifier, parcel.object.identifier)
    try parcel.write(call.version, into: &output)
  }
}
