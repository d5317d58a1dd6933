import KMSDomain
import WireKMIP

/// The answer to an item of an earlier message (KMIP 2.1 section 6.1.38). `Batch` writes it, since it looks like that item's own.
struct PollOperation: KMIPOperation {
  static let code = KMIP.Operation.poll
  static let deferral = Deferral.never

  static func run(
    _ payload: TTLVItem, _ call: KMIPCall, into output: inout TTLVWriter
  ) async throws(KMIPFault) {
    throw .unsupported("Polling here")
  }
}

/// Calls off an item of an earlier message, if it hasn't begun (KMIP 2.1 section 6.1.5).
struct CancelOperation: KMIPOperation {
  static let code = KMIP.Operation.cancel
  static let deferral = Deferral.never

  static func run(
    _ payload: TTLVItem, _ call: KMIPCall, into output: inout TTLVWriter
  ) async throws(KMIPFault) {
    let value = try DeferredWork.value(payload)
    let result = try call.door.deferred.cancel(value, call)
    output.byteString(.asynchronousCorrelationValue, value)
    output.enumeration(result)
  }
}

/// Has an item of an earlier message done now; its answer is still to be fetched (KMIP 2.1 section 6.1.39).
struct ProcessOperation: KMIPOperation {
  static let code = KMIP.Operation.process
  static let deferral = Deferral.never

  static func run(
    _ payload: TTLVItem, _ call: KMIPCall, into output: inout TTLVWriter
  ) async throws(KMIPFault) {
    try await call.door.deferred.process(try DeferredWork.value(payload), call)
  }
}

/// What the client still waits for (KMIP 2.1 section 6.1.41): all of it, or what is asked about.
struct QueryAsynchronousRequestsOperation: KMIPOperation {
  static let code = KMIP.Operation.queryAsynchronousRequests
  static let deferral = Deferral.never

  static func run(
    _ payload: TTLVItem, _ call: KMIPCall, into output: inout TTLVWriter
  ) async throws(KMIPFault) {
    let values = payload[.asynchronousCorrelationValues]?.all(.asynchronousCorrelationValue)
      .compactMap(\.byteString)
    let operations = payload[.operations]?.all(.operation).compactMap(\.enumeration)
    for (value, item) in call.door.deferred.all(of: call).sorted(by: { $0.item.submitted < $1.item.submitted }
    ) {
      guard values?.contains(value.bytes) ?? true, operations?.contains(item.code) ?? true else { continue }
      output.structure(.asynchronousRequest) { output in
        output.byteString(.asynchronousCorrelationValue, value.bytes)
        output.enumeration(.operation, item.code)
        output.dateTimeExtended(.submissionDate, item.submitted.microseconds)
        output.enumeration(item.stage)
      }
    }
  }
}
