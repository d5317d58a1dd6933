import WireKMIP

/// Marks where a test of interoperability begins and ends (KMIP 2.1 section 6.1.26). Nothing is done about it.
struct InteropOperation: KMIPOperation {
  static let code = KMIP.Operation.interop
  static let deferral = Deferral.never

  static func run(
    _ payload: TTLVItem, _ call: KMIPCall, into output: inout TTLVWriter
  ) async throws(KMIPFault) {
    guard payload[.interopFunction]?.enumeration(KMIP.InteropFunction.self) != nil else {
      throw .missing("The interop function")
    }
  }
}

/// Whether the server is there (KMIP 2.1 section 6.1.36).
struct PingOperation: KMIPOperation {
  static let code = KMIP.Operation.ping
  static let deferral = Deferral.never

  static func run(
    _ payload: TTLVItem, _ call: KMIPCall, into output: inout TTLVWriter
  ) async throws(KMIPFault) {}
}
