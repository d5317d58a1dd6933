import WireKMIP

/// What the server is and can do (KMIP 2.1 section 6.1.44).
struct QueryOperation: KMIPOperation {
  static let code = KMIP.Operation.query
  static let deferral = Deferral.never

  static func run(
    _ payload: TTLVItem, _ call: KMIPCall, into output: inout TTLVWriter
  ) async throws(KMIPFault) {
    for item in payload.children where item.tag == .queryFunction {
      if item.enumeration(KMIP.QueryFunction.self) == .queryOperations {
        for operation in Catalogue.all where KMIPRegistry.isKnown(operation.code, in: call.version) {
          output.enumeration(.operation, operation.code)
        }
      }
    }
  }
}
