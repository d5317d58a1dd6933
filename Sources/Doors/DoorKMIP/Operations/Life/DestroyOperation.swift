import KMSDomain
import KMSEngine
import WireKMIP

/// Takes an object's material away for good; what is known of it stays (KMIP 2.1 section 6.1.15).
struct DestroyOperation: KMIPOperation {
  static let code = KMIP.Operation.destroy

  static func run(
    _ payload: TTLVItem, _ call: KMIPCall, into output: inout TTLVWriter
  ) async throws(KMIPFault) {
    let change = KMIPCall.Change(
      operation: "Destroy", action: .destroyObject, inAnyState: true, isFinal: true)
    let object = try await call.change(payload, change) { (object) throws(KMIPFault) in
      try edit(object)
    }
    output.identifier(of: object)
  }

  static func edit(_ object: KMIPObject) throws(KMIPFault) -> ObjectEdit {
    guard !object.isDestroyed else {
      throw KMIPFault(.objectDestroyed, older: .permissionDenied, "The object has been destroyed.")
    }
    // Keys of other protocols have a window in which their deletion can be called off.
    guard object.record.home.kind == .kmip else {
      throw KMIPFault(.permissionDenied, "The key's deletion is scheduled where it is at home.")
    }
    switch object.state {
    case .active: throw .wrongState
    case .preActive, .deactivated, .compromised, .destroyed, .destroyedCompromised: break
    }
    return try object.edited([.destroy], erases: true) { change in change.dates.destruction = object.now }
  }
}
