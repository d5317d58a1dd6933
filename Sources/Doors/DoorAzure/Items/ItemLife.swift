import KMSDomain
import KMSEngine

/// What is the same for names of every collection: they are deleted with all their versions, recovered, and purged.
struct ItemLife: Sendable {
  let call: VaultCall
  let names: ItemNames

  init(_ call: VaultCall, _ collection: VaultPlace.Collection) {
    self.call = call
    names = ItemNames(vault: call.vault, collection: collection)
  }

  struct Deleted: Sendable {
    let item: KeyRecord
    /// The latest version; nil where there is none.
    let latest: KeyRecord?
  }

  /// Of versions that are worked on at once, in a page.
  private static let page = 200
  private static let attempts = 4
  /// A door's own number: the item has got another version since its versions were listed.
  private static let hasMoreVersions: UInt32 = 1

  func subject(_ name: String, version: String? = nil) -> VaultSubject {
    VaultSubject(names.collection, name, version: version)
  }

  /// Deletes a name for as long as the vault keeps what is deleted.
  func delete(_ name: String, _ operation: String, _ action: Action) async throws(AzureError) -> Deleted {
    let names = names
    let retention = call.vault.retentionDays
    return try await work(name, operation, action) { (scene, place) throws(KMSError) in
      guard let item = scene.inputs.first?.record else { throw KMSError.vault(.itemNotFound(place)) }
      guard !item.state.isPendingDeletion else { throw KMSError.vault(.itemNotFound(place)) }
      let date = scene.now.advanced(days: retention)
      return scene.inputs.map { key in
        var edit = ObjectEdit(key.record.object, events: [.scheduleDeletion], deletion: date)
        if key.record.kind == .vaultItem {
          var notes = ItemNotes(key.record)
          notes.deleted = scene.now.milliseconds / 1000
          edit.object?.notes = notes.encoded
          edit.object?.terms = names.terms(of: key.record, isDeleted: true)
        } else {
          guard !key.record.state.isPendingDeletion else { return nil }
          var notes = VersionNotes(key.record)
          notes.wasEnabled = key.record.state == .active
          edit.object?.notes = notes.encoded
        }
        return edit
      }
    }
  }

  /// Brings back what was deleted, as it was.
  func recover(_ name: String, _ operation: String, _ action: Action) async throws(AzureError) -> Deleted {
    let names = names
    return try await work(name, operation, action) { (scene, place) throws(KMSError) in
      try ItemLife.requireDeleted(scene, place)
      return scene.inputs.map { key in
        guard key.record.state.isPendingDeletion else { return nil }
        var edit = ObjectEdit(key.record.object, events: [.cancelDeletion])
        if key.record.kind == .vaultItem {
          var notes = ItemNotes(key.record)
          notes.deleted = nil
          edit.events.append(.resume)
          edit.object?.notes = notes.encoded
          edit.object?.terms = names.terms(of: key.record, isDeleted: false)
        } else if VersionNotes(key.record).wasEnabled, key.record.state == .pendingDeletion {
          edit.events.append(.resume)
        }
        return edit
      }
    }
  }

  /// Makes an end of what was deleted before its time.
  func purge(_ name: String, _ operation: String, _ action: Action) async throws(AzureError) {
    let vault = call.vault
    _ = try await work(name, operation, action) { (scene, place) throws(KMSError) in
      try ItemLife.requireDeleted(scene, place)
      guard !vault.isPurgeProtected else { throw KMSError.vault(.purgeProtected(vault.name.text)) }
      return scene.inputs.map { key in
        var edit = ObjectEdit(key.record.object, events: [.destroy], erases: true)
        edit.object?.names = []
        edit.object?.terms = []
        edit.object?.dates.destruction = scene.now
        return edit
      }
    }
  }

  private static func requireDeleted(_ scene: ObjectScene, _ place: VaultPlace) throws(KMSError) {
    guard let item = scene.inputs.first?.record, item.state.isPendingDeletion else {
      throw .vault(.itemIsNotDeleted(place))
    }
  }

  /// Changes an item with all its versions in one transaction.
  private func work(
    _ name: String, _ operation: String, _ action: Action,
    _ edits: @escaping @Sendable (ObjectScene, VaultPlace) throws(KMSError) -> [ObjectEdit?]
  ) async throws(AzureError) -> Deleted {
    guard ItemNames.isName(name) else { throw .invalid("name") }
    let place = names.place(name)
    let latestName = ItemNames.latestName(place)
    for attempt in 0..<ItemLife.attempts {
      let versions = try await versions(place, action)
      let references = [names.item(place)] + versions.map { names.reference($0.identifier, place) }
      let work = ObjectWork(
        operation, in: call.vault.home,
        on: references.map { ObjectWork.Input(action, on: $0, anyState: true) }
      ) { scene throws(KMSError) in
        let isComplete =
          versions.isEmpty
          || scene.inputs.contains { $0.record.object?.names.contains(latestName) == true }
        guard isComplete else { throw .object(.refused(reason: ItemLife.hasMoreVersions, "")) }
        return ObjectPlan(edits: try edits(scene, place))
      }
      let answer: ObjectWork.Answer
      do throws(KMSError) {
        answer = try await call.engine.run(
          work, as: call.caller, in: call.vault.home.region,
          from: attempt == 0 ? call.origin : call.aside.origin)
      } catch .object(.refused(ItemLife.hasMoreVersions, _)) {
        continue
      } catch {
        throw await call.told(error, of: work, about: subject(name))
      }
      return try await deleted(answer, latestName)
    }
    throw AzureError(.contention, about: subject(name), in: call)
  }

  private func deleted(
    _ answer: ObjectWork.Answer, _ latestName: String
  ) async throws(AzureError) -> Deleted {
    let item = answer.inputs[0].record
    let latest = zip(answer.inputs, answer.before).first {
      $0.1.record.object?.names.contains(latestName) == true
    }
    guard latest == nil, let place = item.object?.place, let adoption = Adoption(item) else {
      return Deleted(item: item, latest: latest?.0.record)
    }
    // An adopted key stays as it is: the name alone is deleted.
    return Deleted(item: item, latest: try await call.key(of: adoption, at: place))
  }

  /// All versions of a name, the latest first.
  func versions(_ place: VaultPlace, _ action: Action) async throws(AzureError) -> [KeyRecord] {
    var found: [KeyRecord] = []
    var before: Int64?
    let names = names
    repeat {
      let part = try await call.aside.run(
        ListPlaces(
          "ListVersions", action, in: call.vault.home, place, by: [names.versionTerm(place)], before: before,
          limit: ItemLife.page
        ) { names.isVersion($0, of: place) }, about: subject(place.name ?? ""))
      found += part.records
      before = part.next
    } while before != nil
    return found
  }
}
