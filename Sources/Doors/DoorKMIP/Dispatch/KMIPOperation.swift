import WireKMIP

/// One operation of the protocol: it reads its payload, asks the engine, and writes the answer's payload.
protocol KMIPOperation: Sendable {
  static var code: KMIP.Operation { get }
  /// How the answer may be given when the client asked for it later.
  static var deferral: Deferral { get }

  /// - Parameter output: stands inside the response payload; what was written before a fault is taken back.
  static func run(
    _ payload: TTLVItem, _ call: KMIPCall, into output: inout TTLVWriter
  ) async throws(KMIPFault)
}

/// When the work of an asynchronous request is done.
enum Deferral: Sendable {
  /// It changes something: at once, whether or not anybody asks for the answer.
  case work
  /// It only looks: when somebody asks for the answer.
  case look
  /// Never: the client is answered as if it had not asked to be answered later.
  case never
}

extension KMIPOperation {
  static var deferral: Deferral { .work }
}
