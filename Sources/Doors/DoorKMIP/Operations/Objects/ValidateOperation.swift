import KMSDomain
import KMSEngine
import WireKMIP

/// Judges a chain of certificates (KMIP 2.1 section 6.1.57).
struct ValidateOperation: KMIPOperation {
  static let code = KMIP.Operation.validate
  static let deferral = Deferral.look

  static func run(
    _ payload: TTLVItem, _ call: KMIPCall, into output: inout TTLVWriter
  ) async throws(KMIPFault) {
    try await call.run(NotedWork("Validate", .validateCertificates, in: call.home.account))
    var brought: [[UInt8]] = []
    for item in payload.all(.certificate) {
      brought.append(try item.required(.certificateValue, \.byteString))
    }
    var kept: [[UInt8]] = []
    for item in payload.all(.uniqueIdentifier) {
      kept.append(try await call.certificate(try call.reference(of: item), for: "Validate").bytes)
    }
    let date = try payload.field(.validityDate, \.instant) ?? call.now
    let chain = try CertificateChain(brought: brought, kept: kept)
    output.enumeration(await chain?.validity(at: date.seconds) ?? .unknown)
  }
}
