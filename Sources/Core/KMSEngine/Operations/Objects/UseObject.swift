package import KMSDomain
import Synchronization

/// Uses an object's material with parameters of the caller's choice.
package struct UseObject: Operation {
  package let operation: String
  package let action: Action
  package let key: KeyReference
  /// What exactly, once the object is known: what the caller left open, the object's attributes say. It runs after the right was
  /// judged, once for each attempt: what it gives must be fresh.
  package let choose: @Sendable (ProtectedKey) throws(KMSError) -> ObjectUse
  /// For work that can't be done twice.
  private let memo: UseMemo?

  /// - Parameter memo: for pieces of a stream: storing what they cost may take several attempts.
  package init(
    _ operation: String, _ action: Action, _ key: KeyReference, memo: UseMemo? = nil,
    choose: @escaping @Sendable (ProtectedKey) throws(KMSError) -> ObjectUse
  ) {
    self.operation = operation
    self.action = action
    self.key = key
    self.memo = memo
    self.choose = choose
  }

  package struct Prepared: Sendable {
    let key: ProtectedKey
    let live: (any LiveKey)?
  }

  package struct Answer: Sendable {
    package let key: ProtectedKey
    package let yield: ObjectYield
  }

  package var asked: Asked { Asked(action, named: key.asWritten) }
  package var references: [KeyReference] { [key] }
  package var family: RequestFamily? { .objects }

  package func prepare(_ desk: Desk) async throws(KMSError) -> Prepared {
    let key = try await desk.key(key)
    return Prepared(key: key, live: try desk.openedMaterial(of: key.record))
  }

  package func prepareWarm(_ desk: Desk) -> Prepared? {
    // What is counted is stored, and that waits.
    guard let key = desk.warmKey(key.target), key.record.object?.limit == nil,
      let live = desk.liveKeys.key(key.record.current)
    else { return nil }
    return Prepared(key: key, live: live)
  }

  package func demands(_ prepared: Prepared, _ desk: Desk) -> Demands {
    Demands(
      Demand(
        action, on: .key(prepared.key), named: key.asWritten,
        facts: RequestFacts(of: key), version: prepared.key.record.current))
  }

  /// Work on a device always is.
  package func isSlow(_ prepared: Prepared) -> Bool {
    prepared.key.record.spec.isSlow(action) || (prepared.live?.isElsewhere ?? false)
  }

  package func perform(
    _ prepared: Prepared, _ permits: borrowing Permits, _ desk: Desk, _ caller: Caller
  ) throws(KMSError) -> Performed<Answer> {
    let key = prepared.key
    if key.record.object?.dates.archive != nil { throw .object(.archived(key.record.resourceName)) }
    if let done = memo?.done {
      return Performed(Answer(key: key, yield: done.yield), change: try charge(done.use, to: key, desk))
    }
    let use = try choose(key)
    guard let live = prepared.live else { throw .object(.noMaterial(key.record.resourceName)) }
    // First what it costs: a stream that has moved on can't be moved back.
    let change = try charge(use, to: key, desk)
    let yield = try use.perform(live, permits.first, desk.custody)
    memo?.note(use, yield)
    return Performed(Answer(key: key, yield: yield), change: change)
  }

  /// What counts against the owner's limit must be stored before anybody has the answer.
  private func charge(
    _ use: ObjectUse, to key: ProtectedKey, _ desk: Desk
  ) throws(KMSError) -> StoreChange? {
    // First the limit alone, which few have: the object with it is a copy of everything that is kept of it.
    guard action.requirement == .protects, var limit = key.record.object?.limit,
      var object = key.record.object
    else { return nil }
    let amount: Int64
    switch limit.unit {
    case .bytes: amount = Int64(use.bytes)
    case .objects: amount = use.isCall ? 1 : 0
    }
    guard amount > 0 else { return nil }
    guard limit.left >= amount else { throw .object(.limitReached(key.record.resourceName)) }
    limit.left -= amount
    object.limit = limit
    var record = key.record
    record.object = object
    record.generation &+= 1
    return .updateKey(desk.seal(record), expecting: key.record.generation)
  }
}

/// What came of work that can't be done twice, for further attempts to store what it cost.
package final class UseMemo: Sendable {
  private let slot = Mutex<(use: ObjectUse, yield: ObjectYield)?>(nil)

  package init() {}

  fileprivate var done: (use: ObjectUse, yield: ObjectYield)? { slot.withLock { $0 } }

  fileprivate func note(_ use: ObjectUse, _ yield: ObjectYield) { slot.withLock { $0 = (use, yield) } }
}
