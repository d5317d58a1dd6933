import KMSDomain
import KMSEngine
import WireKMIP

extension KMIPCall {
  /// Does work that makes objects, and notes how it would be taken back.
  /// - Returns: what was made.
  func made(by work: ObjectWork) async throws(KMIPFault) -> [ProtectedKey] {
    switch await makes(work) {
    case .success(let made): return made
    case .failure(let error): throw KMIPFault(error)
    }
  }

  /// The same where some failures are no end.
  func makes(_ work: ObjectWork) async -> Result<[ProtectedKey], KMSError> {
    let constrained: ObjectWork
    do throws(KMIPFault) {
      constrained = try await self.constrained(work)
    } catch {
      return .failure(error.asError)
    }
    switch await outcome(of: constrained) {
    case .failure(let error): return .failure(error)
    case .success(let answer):
      canTakeBack(work, answer)
      return .success(answer.made)
    }
  }

  /// What was made is destroyed, and what was changed goes back to what it was: all of it or nothing.
  private func canTakeBack(_ work: ObjectWork, _ answer: ObjectWork.Answer) {
    guard undoes else { return }
    let later = sequel
    canTakeBack {
      let call = later.call()
      let made = answer.made.enumerated().map { place, key in
        ObjectWork.Input(
          work.makes.indices.contains(place) ? work.makes[place] : .destroyObject,
          on: call.reference(key.record.identifier), anyState: true)
      }
      let changed = answer.inputs.indices.filter { place in
        answer.before[place].record.generation != answer.inputs[place].record.generation
      }
      let inputs = changed.map { place in
        ObjectWork.Input(work.inputs[place].action, on: work.inputs[place].reference, anyState: true)
      }
      let undoing = ObjectWork("TakeBack", in: call.home, on: made + inputs) { scene throws(KMSError) in
        try KMIPFault.passing { () throws(KMIPFault) in
          var edits: [ObjectEdit?] = []
          for key in scene.inputs.prefix(made.count) {
            edits.append(
              try KMIPObject(key, at: scene.now).edited([.destroy], erases: true) {
                change throws(KMIPFault) in change.dates.destruction = scene.now
              })
          }
          for place in changed {
            edits.append(ObjectEdit(from: answer.inputs[place], backTo: answer.before[place]))
          }
          return ObjectPlan(edits: edits)
        }
      }
      if case .success = await call.outcome(of: undoing) { return true }
      return false
    }
  }
}
