import KMSDomain
import KMSEngine
import WireKMIP

/// Takes an amount of what an object may still protect, for a client that protects by itself (KMIP 2.1 section 6.1.23).
struct GetUsageAllocationOperation: KMIPOperation {
  static let code = KMIP.Operation.getUsageAllocation

  static func run(
    _ payload: TTLVItem, _ call: KMIPCall, into output: inout TTLVWriter
  ) async throws(KMIPFault) {
    guard let count = payload[.usageLimitsCount]?.longInteger else {
      throw .missing("The usage limits count")
    }
    guard count > 0 else { throw KMIPFault(.invalidField, "The usage limits count isn't an amount.") }
    let change = KMIPCall.Change(operation: "GetUsageAllocation", action: .getUsageAllocation)
    let object = try await call.change(payload, change) { (object) throws(KMIPFault) in
      try edit(object, count)
    }
    output.identifier(of: object)
  }

  private static func edit(_ object: KMIPObject, _ count: Int64) throws(KMIPFault) -> ObjectEdit {
    guard let limit = object.record.object?.limit else {
      throw KMIPFault(.attributeNotFound, older: .illegalOperation, "The object has no usage limits.")
    }
    guard object.state == .active, object.record.isWithinDates(protecting: true, at: object.now) else {
      throw KMIPFault(
        .wrongKeyLifecycleState, older: .illegalOperation, "The object can't protect anything now.")
    }
    guard count <= limit.left else {
      throw KMIPFault(.usageLimitExceeded, older: .permissionDenied, "So much isn't left.")
    }
    return try object.edited { change in change.limit?.left = limit.left - count }
  }
}

/// Whether an object could be used so: nothing is taken (KMIP 2.1 section 6.1.7).
struct CheckOperation: KMIPOperation {
  static let code = KMIP.Operation.check
  static let deferral = Deferral.look

  static func run(
    _ payload: TTLVItem, _ call: KMIPCall, into output: inout TTLVWriter
  ) async throws(KMIPFault) {
    let (object, _) = try await call.seen(payload, "Check", .checkObject)
    guard !object.isArchived else { throw .archived }
    guard !object.isDestroyed else { throw KMIPFault(.objectDestroyed, "The object has been destroyed.") }
    guard object.type != .template else { throw KMIPFault.wrongType }
    if let count = payload[.usageLimitsCount]?.longInteger, let limit = object.record.object?.limit {
      guard count <= limit.left else {
        throw KMIPFault(.usageLimitExceeded, older: .permissionDenied, "So much isn't left.")
      }
    }
    if let mask = payload[.cryptographicUsageMask]?.integer {
      guard object.usageMask.isSuperset(of: KMIP.CryptographicUsageMask(rawValue: mask)) else {
        throw KMIPFault(.incompatibleCryptographicUsageMask, "The object may not be used so.")
      }
    }
    if let lease = payload[.leaseTime]?.interval {
      guard lease <= object.lease(of: call.door.settings.leaseTime) else {
        throw KMIPFault(.permissionDenied, "No lease is as long as that.")
      }
    }
    output.identifier(of: object)
  }
}
