import KMSDomain
import KMSEngine
import WireKMIP

/// A client's own words in the audit log (KMIP 2.1 section 6.1.29).
struct LogOperation: KMIPOperation {
  static let code = KMIP.Operation.log
  /// Bytes of a message.
  static let longest = 4096

  static func run(
    _ payload: TTLVItem, _ call: KMIPCall, into output: inout TTLVWriter
  ) async throws(KMIPFault) {
    guard let message = payload[.logMessage]?.text else { throw .missing("The log message") }
    guard message.utf8.count <= longest else {
      throw KMIPFault(.invalidField, "The log message has more than \(longest) bytes.")
    }
    let details = [AuditRecord.Detail(name: "message", value: message)]
    try await call.run(NotedWork("WriteLog", .writeLog, in: call.home.account, details: details))
  }
}
