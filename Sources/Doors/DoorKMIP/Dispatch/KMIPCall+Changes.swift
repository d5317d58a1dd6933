import KMSDomain
import KMSEngine
import WireKMIP

extension KMIPCall {
  /// How one object is changed.
  struct Change: Sendable {
    /// For the audit record.
    let operation: String
    let action: Action
    /// In whatever state it is, destroyed too; otherwise it must not be destroyed.
    var inAnyState = false
    var inArchive = false
  }

  /// Changes the object that a payload is about, and makes it the ID placeholder.
  /// - Parameter edit: pure; it may be asked again when somebody else was faster. nil leaves the object as it is.
  /// - Returns: the object as it is now.
  @discardableResult
  func change(
    _ payload: TTLVItem, _ change: Change,
    _ edit: @escaping @Sendable (KMIPObject) throws(KMIPFault) -> ObjectEdit?
  ) async throws(KMIPFault) -> KMIPObject {
    let input = ObjectWork.Input(change.action, on: try reference(payload), anyState: change.inAnyState)
    let leaseTime = door.settings.leaseTime
    let work = ObjectWork(change.operation, in: home, on: [input]) { (scene) throws(KMSError) -> ObjectPlan in
      try KMIPCall.plan(scene, change, leaseTime, edit)
    }
    let answer = try await changed(by: work)
    guard let before = answer.before.first, let after = answer.inputs.first else { throw .noObject }
    if before.record.generation != after.record.generation { canTakeBack(change, before, after) }
    return object(after)
  }

  /// Before 2.0 there is another reason for a name that is taken when an object has long been made.
  private func changed(by work: ObjectWork) async throws(KMIPFault) -> ObjectWork.Answer {
    do throws(KMIPFault) {
      return try await run(work)
    } catch {
      throw error.reason == .nonUniqueNameAttribute ? error.older(.illegalOperation) : error
    }
  }

  private static func plan(
    _ scene: ObjectScene, _ change: Change, _ leaseTime: UInt32,
    _ edit: (KMIPObject) throws(KMIPFault) -> ObjectEdit?
  ) throws(KMSError) -> ObjectPlan {
    guard let key = scene.inputs.first else { throw KMIPFault.noObject.asError }
    let object = KMIPObject(key, at: scene.now, leaseTime: leaseTime)
    guard change.inArchive || !object.isArchived else { throw KMIPFault.archived.asError }
    do throws(KMIPFault) {
      return ObjectPlan(edits: [try edit(object)])
    } catch {
      throw error.asError
    }
  }

  private func canTakeBack(_ change: Change, _ before: ProtectedKey, _ after: ProtectedKey) {
    let later = sequel
    canTakeBack {
      let call = later.call()
      let input = ObjectWork.Input(change.action, on: call.reference(after.record.identifier), anyState: true)
      let work = ObjectWork("TakeBack", in: call.home, on: [input]) {
        (scene) throws(KMSError) -> ObjectPlan in
        ObjectPlan(edits: [ObjectEdit(from: after, backTo: before)])
      }
      if case .success = await call.outcome(of: work) { return true }
      return false
    }
  }
}

extension TTLVWriter {
  /// What most answers consist of.
  mutating func identifier(of object: KMIPObject) { text(.uniqueIdentifier, object.identifier) }
}
