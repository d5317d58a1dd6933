import KMSDomain
import WireKMIP

/// For how long a client may use an object before it asks again (KMIP 2.1 section 6.1.35). Nothing is kept of it: the time is the
/// same for everybody.
struct ObtainLeaseOperation: KMIPOperation {
  static let code = KMIP.Operation.obtainLease

  static func run(
    _ payload: TTLVItem, _ call: KMIPCall, into output: inout TTLVWriter
  ) async throws(KMIPFault) {
    let (object, _) = try await call.seen(payload, "ObtainLease", .obtainLease)
    guard !object.isArchived else { throw .archived }
    switch object.state {
    case .preActive, .active, .deactivated: break
    case .compromised, .destroyed, .destroyedCompromised:
      throw KMIPFault(.permissionDenied, "No lease is given for an object in this state.")
    }
    output.identifier(of: object)
    output.interval(.leaseTime, KMIPObject.leaseTime)
    output.dateTime(.lastChangeDate, (object.date(.lastChangeDate) ?? object.now).seconds)
  }
}
