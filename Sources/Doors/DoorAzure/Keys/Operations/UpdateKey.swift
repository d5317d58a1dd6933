import KMSDomain
import KMSEngine
import WireJSON

/// Changes what is known of a version of a key, and what it is for. Its material stays.
struct UpdateKey {
  private let call: VaultCall

  init(_ call: VaultCall) { self.call = call }

  /// - Parameter version: nil for the latest.
  func run(_ name: String, _ version: String?) async throws(AzureError) -> VaultAnswer {
    let body = try call.document()
    let wanted = try WantedAttributes(body)
    let address = try KeyAddress(call, name, version: version)
    if let adoption = call.adoption, !adoption.isDeleted {
      return try await UpdateAdoptedKey(call, adoption, address).run(name, wanted, body)
    }
    let (operations, policy) = try AzureError.reading { () throws(KeyFault) in
      (try KeyOperation.list(body), try ReleasePolicy.read(body))
    }
    let work = ObjectWork(
      "UpdateKey", in: call.vault.home,
      on: [ObjectWork.Input(.updateVaultKey, on: address.reference, anyState: true)]
    ) { scene throws(KMSError) in
      guard let record = scene.inputs.first?.record, var notes = KeyNotes(record) else {
        throw KMSError.permitMismatch
      }
      try address.require(record)
      let wasForExchange = notes.isForExchange
      notes.operations = operations ?? notes.operations
      notes.release = try KeyFault.passing { () throws(KeyFault) -> ReleasePolicy? in
        // Whoever sealed a key for it relied on nobody ever opening that by it.
        guard notes.isForExchange == wasForExchange else {
          throw KeyFault.badParameter("Whether a key is for import and nothing else can not be changed.")
        }
        if policy != nil { try KeyExport.check(exportable: record.exportable, policy) }
        return try notes.release?.followed(by: policy) ?? policy
      }
      return ObjectPlan(edits: [UpdateKey.edit(record, wanted, notes, at: scene.now)])
    }
    let answer = try await call.use(work, doing: nil, about: address.subject)
    guard let after = answer.inputs.first?.record else { throw .internalError }
    return try KeyBundle(after, call).answer()
  }

  static func edit(
    _ record: KeyRecord, _ wanted: WantedAttributes?, _ notes: KeyNotes, at now: Instant
  ) -> ObjectEdit {
    var kept = VersionNotes(record)
    kept.touch(now)
    kept.tags = wanted?.tags ?? kept.tags
    notes.keep(in: &kept.fields)
    var edit = ObjectEdit(record.object, events: wanted?.events(in: record.state) ?? [])
    edit.object?.notes = kept.encoded
    edit.object?.uses = notes.operations.uses(of: notes.type)
    guard var dates = edit.object?.dates else { return edit }
    wanted?.apply(to: &dates)
    edit.object?.dates = dates
    // The others are followed already.
    guard let object = record.object, let place = object.place,
      object.names.contains(ItemNames.latestName(place))
    else { return edit }
    edit.object?.renewal = notes.rotation?.rotation(
      of: kept.created ?? record.createdAt, expiry: dates.protectStop)
    return edit
  }
}
