import KMSDomain
import WireKMIP

/// For how long a client may use an object before it asks again (KMIP 2.1 section 6.1.35). Nothing is kept of it: the time is the
/// same for everybody, and no lease is longer than the object's own time.
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
    output.interval(.leaseTime, object.lease(of: call.door.settings.leaseTime))
    output.dateTime(.lastChangeDate, (object.date(.lastChangeDate) ?? object.now).seconds)
  }
}

extension KMIPObject {
  /// What is left of a lease where the object has a Deactivation Date: 0 once it is deactivated.
  /// - Parameter most: how long leases are. In seconds, both.
  func lease(of most: UInt32) -> UInt32 {
    guard state != .deactivated else { return 0 }
    guard let end = dates.deactivation else { return most }
    let (left, overflow) = end.seconds.subtractingReportingOverflow(now.seconds)
    return overflow ? most : UInt32(clamping: min(left, Int64(most)))
  }
}
