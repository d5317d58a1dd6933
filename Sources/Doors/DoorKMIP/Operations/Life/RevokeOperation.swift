import KMSDomain
import KMSEngine
import WireKMIP

/// Ends the time in which an object protects; or says that others may know it, at any time of its life (KMIP 2.1 section 6.1.44).
struct RevokeOperation: KMIPOperation {
  static let code = KMIP.Operation.revoke

  static func run(
    _ payload: TTLVItem, _ call: KMIPCall, into output: inout TTLVWriter
  ) async throws(KMIPFault) {
    let revocation = try Revocation(payload)
    let change = KMIPCall.Change(operation: "Revoke", action: .revokeObject, inAnyState: true)
    let object = try await call.change(payload, change) { (object) throws(KMIPFault) in
      try revocation.edit(object)
    }
    output.identifier(of: object)
  }
}

/// Why an object is revoked.
private struct Revocation: Sendable {
  let reason: KMIP.RevocationReasonCode
  let message: String?
  let occurrence: Instant?

  init(_ payload: TTLVItem) throws(KMIPFault) {
    guard let given = payload[.revocationReason] else { throw .missing("The revocation reason") }
    guard let reason = given[.revocationReasonCode]?.enumeration(KMIP.RevocationReasonCode.self) else {
      throw KMIPFault(.invalidField, "The revocation reason isn't known.")
    }
    self.reason = reason
    message = given[.revocationMessage]?.text
    occurrence = payload[.compromiseOccurrenceDate]?.instant
    guard occurrence == nil || isCompromise else {
      throw KMIPFault(.invalidField, "There is no compromise that could have occurred.")
    }
  }

  private var isCompromise: Bool {
    switch reason {
    case .keyCompromise, .caCompromise: true
    case .unspecified, .affiliationChanged, .superseded, .cessationOfOperation, .privilegeWithdrawn: false
    }
  }

  func edit(_ object: KMIPObject) throws(KMIPFault) -> ObjectEdit {
    guard object.type != .template else { throw .wrongType }
    guard isCompromise || object.state == .active else { throw .wrongState }
    return try object.edited([isCompromise ? .compromise : .deactivate]) { change in
      if isCompromise {
        // The first moment at which somebody said so.
        change.dates.compromise = change.dates.compromise ?? object.now
        change.dates.compromiseOccurrence = occurrence ?? object.record.createdAt
      } else {
        change.dates.deactivation = object.now
      }
      change.kept.set(.revocationReason) { writer in
        writer.structure(.revocationReason) { writer in
          writer.enumeration(reason)
          if let message { writer.text(.revocationMessage, message) }
        }
      }
    }
  }
}
