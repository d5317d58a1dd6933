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
    try await add(
      name,
      Making(operation, action, under: nil) { (previous, _, now) throws(KMSError) in
        try make(previous, now)
      })
  }

  /// The same for a version that comes under another key, which `make` judges.
  func add(
    _ name: String, _ operation: String, _ action: Action, under exchange: KeyExchangeKey,
    _ make: @escaping @Sendable (_ previous: KeyRecord?, KeyRecord, Instant) throws(KMSError) -> NewObject
  ) async throws(AzureError) -> KeyRecord {
    try await add(
      name,
      Making(operation, action, under: exchange) {
        (previous, key, now) throws(KMSError) in
        guard let key else { throw KMSError.permitMismatch }
        return try make(previous, key, now)
      })
  }

  private func add(_ name: String, _ making: Making) async throws(AzureError) -> KeyRecord {
    guard ItemNames.isName(name) else { throw .invalid("name") }
    let place = names.place(name)
    let subject = VaultSubject(names.collection, name)
    var last = KMSError.contention
    for attempt in 0..<ItemVersions.attempts {
      let isThere = try await isThere(place, subject)
      let work = (isThere ? next(place, making) : first(place, making)).made(at: place)
      do throws(KMSError) {
        let answer = try await call.engine.run(
          work, as: call.caller, in: call.vault.home.region,
          from: attempt == 0 ? call.origin : call.aside.origin)
        guard let made = answer.made.last else { throw KMSError.permitMismatch }
        return made.record
      } catch .object(.nameTaken(let other)) {
        // Somebody else was first: it is the next version of theirs.
        last = .object(.nameTaken(other))
      } catch .keyNotFound(let other) {
        if let exchange = making.exchange, other == exchange.address.reference.asWritten {
          throw await call.told(.keyNotFound(other), of: work, about: exchange.address.subject)
        }
        last = .keyNotFound(other)
      } catch {
        throw making.told(error, about: subject, call)
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

  private func first(_ place: VaultPlace, _ making: Making) -> ObjectWork {
    let names = names
    return ObjectWork(
      making.operation, in: call.vault.home, on: making.further, making: [making.action, making.action]
    ) { scene throws(KMSError) in
      let item = names.item(place, ItemNotes().encoded, at: scene.now)
      guard let identifier = scene.identifiers.last else { throw KMSError.permitMismatch }
      let version = try making.make(nil, scene.inputs.last?.record, scene.now)
      return ObjectPlan(makes: [item, names.placed(version, place, identifier)])
    }
  }

  private func next(_ place: VaultPlace, _ making: Making) -> ObjectWork {
    let names = names
    let inputs = [names.item(place), names.latest(place)].map {
      ObjectWork.Input(making.action, on: $0, anyState: true)
    }
    return ObjectWork(
      making.operation, in: call.vault.home, on: inputs + making.further, making: [making.action]
    ) { scene throws(KMSError) in
      guard scene.inputs.count >= inputs.count, let identifier = scene.identifiers.first else {
        throw KMSError.permitMismatch
      }
      let (item, latest) = (scene.inputs[0].record, scene.inputs[1].record)
      guard !item.state.isPendingDeletion else { throw KMSError.vault(.itemIsDeleted(place)) }
      var edit = ObjectEdit(latest.object)
      edit.object?.names.removeAll { $0 == ItemNames.latestName(place) }
      // The latest one alone is followed without being asked.
      edit.object?.renewal = nil
      let version = try making.make(latest, scene.inputs.last?.record, scene.now)
      return ObjectPlan(
        // The spelling of the first one stays.
        makes: [names.placed(version, item.object?.place ?? place, identifier)], edits: [nil, edit])
    }
  }
}

/// How a version comes to be.
private struct Making: Sendable {
  let operation: String
  let action: Action
  /// Under which it comes; nil: it comes as it is, or is made here.
  let exchange: KeyExchangeKey?
  /// From the latest one so far, and the last input.
  let make: @Sendable (_ previous: KeyRecord?, KeyRecord?, Instant) throws(KMSError) -> NewObject

  init(
    _ operation: String, _ action: Action, under exchange: KeyExchangeKey?,
    _ make: @escaping @Sendable (_ previous: KeyRecord?, KeyRecord?, Instant) throws(KMSError) -> NewObject
  ) {
    self.operation = operation
    self.action = action
    self.exchange = exchange
    self.make = make
  }

  /// Behind what is there of the name.
  var further: [ObjectWork.Input] { exchange.map { [$0.input] } ?? [] }

  func told(_ error: KMSError, about subject: VaultSubject, _ call: VaultCall) -> AzureError {
    guard exchange != nil else { return AzureError(error, about: subject, in: call) }
    return AzureError(error, doing: .import, about: subject, in: call)
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
