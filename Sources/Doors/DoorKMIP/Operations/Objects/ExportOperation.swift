import KMSDomain
import WireKMIP

/// Gives an object out with all that is known of it, for another server to import (KMIP 2.1 section 6.1.18).
struct ExportOperation: KMIPOperation {
  static let code = KMIP.Operation.export
  static let deferral = Deferral.look

  static func run(
    _ payload: TTLVItem, _ call: KMIPCall, into output: inout TTLVWriter
  ) async throws(KMIPFault) {
    let delivery = ObjectDelivery(
      name: "Export", action: .exportObject, request: try GetRequest(payload, call), call: call,
      wantsDigest: true)
    let parcel = try await delivery.parcel()
    output.enumeration(parcel.object.type)
    output.text(.uniqueIdentifier, parcel.object.identifier)
    AttributeWriter.write(
      parcel.object.attributes(in: call.version, digest: parcel.digest), call.version, into: &output)
    try parcel.write(call.version, into: &output)
  }
}
