import KMSBytes
import KMSDomain
import KMSEngine

/// How a name of a collection gets versions.
struct ItemVersions: Sendable {
  let call: VaultCall
  let names: ItemNames

  init(_ call: VaultCall, _ collection: VaultPlace.Collection) {
    self.call = call
    names = ItemNames(vault: call.vault, collection: collection)
  }

  private static let attempts = 4

  /// Makes the next version of a name, or the first one with the name itself.
  /// - Parameter make: the version, without its place, its names and terms; `previous` is the latest one so far.
  /// - Returns: the version.
  func add(
    _ name: String, _ operation: String, _ action: Action,
    _ make: @escaping @Sendable (_ previous: KeyRecord?, Instant) throws(KMSError) -> NewObject
  ) async throws(AzureError) -> KeyRecord {
    guard ItemNames.isName(name) else { throw .invalid("name") }
    let place = names.place(name)
    let subject = VaultSubject(names.collection, name)
    var last = KMSError.contention
    for attempt in 0..<ItemVersions.attempts {
      let isThere = try await isThere(place, subject)
      let work = (isThere ? next(place, operation, action, make) : first(place, operation, action, make))
        .made(at: place)
      do throws(KMSError) {
        let answer = try await call.engine.run(
          work, as: call.caller, in: call.vault.home.region,
          from: attempt == 0 ? call.origin : call.aside.origin)
        guard let made = answer.made.last else { throw KMSError.permitMismatch }
        return made.record
      } catch .object(.nameTaken(let other)) {
        // Somebody else was first: it is the next version of theirs.
        last = .object(.nameTaken(other))
      } catch .keyNotFound(let other) where isThere {
        last = .keyNotFound(other)
      } catch {
        throw AzureError(error, about: subject, in: call)
      }
    }
    throw AzureError(last, about: subject, in: call)
  }

  /// Only decides which work is asked for; whether the caller may do it is judged there.
  private func isThere(_ place: VaultPlace, _ subject: VaultSubject) async throws(AzureError) -> Bool {
    do throws(KMSError) {
      _ = try await call.engine.desk.key(names.item(place))
      return true
    } catch .keyNotFound {
      return false
    } catch {
      throw AzureError(error, about: subject, in: call)
    }
  }

  private func first(
    _ place: VaultPlace, _ operation: String, _ action: Action,
    _ make: @escaping @Sendable (KeyRecord?, Instant) throws(KMSError) -> NewObject
  ) -> ObjectWork {
    let names = names
    return ObjectWork(operation, in: call.vault.home, making: [action, action]) { scene throws(KMSError) in
      let item = names.item(place, ItemNotes().encoded, at: scene.now)
      guard let identifier = scene.identifiers.last else { throw KMSError.permitMismatch }
      return ObjectPlan(makes: [item, names.placed(try make(nil, scene.now), place, identifier)])
    }
  }

  private func next(
    _ place: VaultPlace, _ operation: String, _ action: Action,
    _ make: @escaping @Sendable (KeyRecord?, Instant) throws(KMSError) -> NewObject
  ) -> ObjectWork {
    let names = names
    let inputs = [names.item(place), names.latest(place)].map {
      ObjectWork.Input(action, on: $0, anyState: true)
    }
    return ObjectWork(operation, in: call.vault.home, on: inputs, making: [action]) {
      scene throws(KMSError) in
      guard let item = scene.inputs.first?.record, let latest = scene.inputs.last?.record,
        let identifier = scene.identifiers.first
      else { throw KMSError.permitMismatch }
      guard !item.state.isPendingDeletion else { throw KMSError.vault(.itemIsDeleted(place)) }
      var edit = ObjectEdit(latest.object)
      edit.object?.names.removeAll { $0 == ItemNames.latestName(place) }
      // The latest one alone is followed without being asked.
      edit.object?.renewal = nil
      return ObjectPlan(
        // The spelling of the first one stays.
        makes: [names.placed(try make(latest, scene.now), item.object?.place ?? place, identifier)],
        edits: [nil, edit])
    }
  }
}

extension ItemNames {
  /// The item itself.
  func item(_ place: VaultPlace, _ notes: [UInt8], at now: Instant) -> NewObject {
    var dates = ObjectDates()
    dates.activation = now
    return NewObject(
      kind: .vaultItem, spec: .bytes, usages: [], uses: [], exportable: false, isShared: false, dates: dates,
      names: [itemName(place)], notes: notes, terms: [liveTerm], place: place, source: .none)
  }

  /// A version as the latest of its item.
  /// - Parameter identifier: of its record.
  func placed(_ version: NewObject, _ place: VaultPlace, _ identifier: String) -> NewObject {
    var version = version
    version.place = place
    version.names = [
      ItemNames.latestName(place), ItemNames.versionName(ItemNames.version(identifier), of: place),
    ]
    version.terms = [versionTerm(place)]
    return version
  }
}
