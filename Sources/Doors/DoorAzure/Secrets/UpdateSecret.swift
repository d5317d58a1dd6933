import KMSDomain
import KMSEngine
import WireJSON

/// Changes what is known of a version of a secret. Its value stays, and isn't shown.
struct UpdateSecret {
  private let call: VaultCall

  init(_ call: VaultCall) { self.call = call }

  /// - Parameter version: nil for the latest.
  func run(_ name: String, _ version: String?) async throws(AzureError) -> VaultAnswer {
    let body = try call.document()
    let wanted = try WantedAttributes(body)
    let contentType = try SetSecret.contentType(body)
    let names = ItemNames(vault: call.vault, collection: .secrets)
    let place = names.place(name)
    let subject = VaultSubject(.secrets, name, version: version)
    guard let reference = names.version(version, of: place) else { throw .notFound(subject) }
    let work = ObjectWork(
      "UpdateSecret", in: call.vault.home,
      on: [ObjectWork.Input(.updateSecret, on: reference, anyState: true)]
    ) { scene throws(KMSError) in
      guard let record = scene.inputs.first?.record else { throw KMSError.permitMismatch }
      try names.require(record, of: place)
      var notes = VersionNotes(record)
      notes.touch(scene.now)
      notes.tags = wanted.tags ?? notes.tags
      notes.fields[SecretBundle.contentType] = contentType ?? notes.fields[SecretBundle.contentType]
      var edit = ObjectEdit(record.object, events: wanted.events(in: record.state))
      edit.object?.notes = notes.encoded
      if var dates = edit.object?.dates {
        wanted.apply(to: &dates)
        edit.object?.dates = dates
      }
      return ObjectPlan(edits: [edit])
    }
    let answer = try await call.run(work, about: subject)
    guard let after = answer.inputs.first?.record else { throw .internalError }
    return .json { SecretBundle(after, call).write(&$0) }
  }
}
