import KMSDomain
import KMSEngine
import WireJSON

/// Reads and writes the rotation policy of a key, which its latest version carries.
struct RotationPolicyWork {
  private let call: VaultCall

  init(_ call: VaultCall) { self.call = call }

  func read(_ name: String) async throws(AzureError) -> VaultAnswer {
    let record = try await ReadKey(call).record(
      name, nil, "GetKeyRotationPolicy", .readRotationPolicy)
    return answer(KeyNotes(record)?.rotation ?? .usual, record)
  }

  func write(_ name: String) async throws(AzureError) -> VaultAnswer {
    let body = try call.document()
    let inHSM = call.vault.home.kind == .managedHSM
    var wanted = try AzureError.reading { () throws(KeyFault) in
      try RotationPolicy(body, inHSM: inHSM)
    }
    // Of a vault's key, when to notify can be changed and not left out.
    if !inHSM { wanted.notify = wanted.notify ?? RotationPolicy.usual.notify }
    let policy = wanted
    let address = try KeyAddress(call, name, version: nil)
    let work = ObjectWork(
      "UpdateKeyRotationPolicy", in: call.vault.home,
      on: [ObjectWork.Input(.writeRotationPolicy, on: address.reference, anyState: true)]
    ) { scene throws(KMSError) in
      guard let record = scene.inputs.first?.record, var notes = KeyNotes(record) else {
        throw KMSError.permitMismatch
      }
      try address.require(record)
      var policy = policy
      policy.createdAt = notes.rotation?.createdAt ?? scene.now
      policy.updatedAt = scene.now
      notes.rotation = policy
      return ObjectPlan(edits: [UpdateKey.edit(record, nil, notes, at: scene.now)])
    }
    let answer = try await call.use(work, doing: nil, about: address.subject)
    guard let record = answer.inputs.first?.record, let kept = KeyNotes(record)?.rotation else {
      throw .internalError
    }
    return self.answer(kept, record)
  }

  private func answer(_ policy: RotationPolicy, _ record: KeyRecord) -> VaultAnswer {
    let id = KeyAddress.base(call) + (record.object?.place?.name ?? "") + "/rotationpolicy"
    return .json { policy.write(id: id, into: &$0) }
  }
}
