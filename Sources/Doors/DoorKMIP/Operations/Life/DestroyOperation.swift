import KMSDomain
import KMSEngine
import WireKMIP

/// Takes an object's material away for good; what is known of it stays (KMIP 2.1 section 6.1.15).
struct DestroyOperation: KMIPOperation {
  static let code = KMIP.Operation.destroy

  static func run(
    _ payload: TTLVItem, _ call: KMIPCall, into output: inout TTLVWriter
  ) async throws(KMIPFault) {
    let erases = !call.undoes
    let object = try await call.change(payload, change) { (object) throws(KMIPFault) in
      try edit(object, erases: erases)
    }
    if !erases { eraseWhenDone(object, call) }
    output.identifier(of: object)
  }

  private static let change = KMIPCall.Change(operation: "Destroy", action: .destroyObject, inAnyState: true)

  /// What may still be taken back keeps its material, which nobody can use, until the message is done. Should that never be, the
  /// engine erases it: see `KeyRecord.erasure`.
  private static func eraseWhenDone(_ object: KMIPObject, _ call: KMIPCall) {
    let later = call.sequel
    call.whenDone {
      let call = later.call()
      let input = ObjectWork.Input(.destroyObject, on: call.reference(object.identifier), anyState: true)
      let work = ObjectWork("Erase", in: call.home, on: [input]) { (scene) throws(KMSError) -> ObjectPlan in
        // Another object may have taken its place and identifier.
        let isIt = scene.inputs.first.map { $0.record.id == object.record.id && $0.record.state.isDestroyed }
        return ObjectPlan(edits: [isIt == true ? ObjectEdit(erases: true) : nil])
      }
      if case .failure(let error) = await call.outcome(of: work) {
        call.door.engine.desk.faults.record(
          "a destroyed object keeps its material: \(error.code)", request: nil)
      }
    }
  }

  static func edit(_ object: KMIPObject, erases: Bool) throws(KMIPFault) -> ObjectEdit {
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
    return try object.edited([.destroy], erases: erases) { change in change.dates.destruction = object.now }
  }
}
