import KMSDomain
import KMSEngine
import WireKMIP

/// Lets an object be used from now on (KMIP 2.1 section 6.1.1).
struct ActivateOperation: KMIPOperation {
  static let code = KMIP.Operation.activate

  static func run(
    _ payload: TTLVItem, _ call: KMIPCall, into output: inout TTLVWriter
  ) async throws(KMIPFault) {
    let version = call.version
    let object = try await call.change(
      payload, KMIPCall.Change(operation: "Activate", action: .activateObject)
    ) {
      (object) throws(KMIPFault) in
      guard object.type != .template, object.hasState(in: version) else { throw .wrongType }
      guard object.state == .preActive else { throw .wrongState }
      return try object.edited([.activate]) { change in change.dates.activation = object.now }
    }
    output.identifier(of: object)
  }
}

extension KMIPObject {
  /// Opaque objects have none before 2.0, where they are kept and no more.
  fileprivate func hasState(in version: KMIPVersion) -> Bool {
    AttributeRules.rule(for: .state)?.applies(to: type, in: version) ?? false
  }
}
