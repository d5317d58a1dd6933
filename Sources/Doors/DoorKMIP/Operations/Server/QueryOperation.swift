import KMSDomain
import KMSEngine
import WireKMIP

/// What the server is and can do (KMIP 2.1 section 6.1.40). Everybody who is known may ask.
struct QueryOperation: KMIPOperation {
  static let code = KMIP.Operation.query
  static let deferral = Deferral.never

  static func run(
    _ payload: TTLVItem, _ call: KMIPCall, into output: inout TTLVWriter
  ) async throws(KMIPFault) {
    var functions: Set<KMIP.QueryFunction> = []
    for item in payload.all(.queryFunction) {
      guard let function = item.enumeration(KMIP.QueryFunction.self) else {
        throw KMIPFault(.invalidField, "The query function isn't known.")
      }
      functions.insert(function)
    }
    guard !functions.isEmpty else { throw .missing("A query function") }
    // Clients ask for all that they know, whatever version they speak: what that one has no words for isn't told.
    functions = functions.filter { KMIPRegistry.isKnown($0, in: call.version) }
    let facts = ServerFacts(
      version: call.version, settings: call.door.settings,
      makesKeysElsewhere: call.door.engine.desk.custody.makesKeysElsewhere(at: .usual))
    // The order is that of the answer, whatever that of the question is.
    for function in KMIP.QueryFunction.allCases where functions.contains(function) {
      if function == .queryDefaultsInformation {
        try await writeDefaults(call, into: &output)
      } else {
        facts.write(function, into: &output)
      }
    }
  }

  private static func writeDefaults(_ call: KMIPCall, into output: inout TTLVWriter) async throws(KMIPFault) {
    guard let defaults = try await call.setting(.defaultsInformation) else {
      return output.structure(.defaultsInformation) { _ in }
    }
    output.copy(defaults)
  }
}
