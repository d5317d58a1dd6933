package import KMSDomain

/// One thing that a caller can ask of the engine. The gate runs it in three steps: prepare may wait, perform never waits,
/// commit lets the answer out.
package protocol Operation: Sendable {
  /// What prepare found: keys, aliases, opened material.
  associatedtype Prepared: Sendable
  associatedtype Answer: Sendable

  /// The audit record's word for it.
  var operation: String { get }
  /// What will be asked for, as far as it is known before anything is loaded: for the record of a failed prepare.
  var asked: Asked { get }
  /// Against whose quota a call counts; nil: against nobody's.
  var family: RequestFamily? { get }
  /// The keys that the caller pointed at.
  var references: [KeyReference] { get }
  /// What the caller wants to do with the key behind one of them.
  func action(on reference: KeyReference) -> Action
  /// The caller wants to know whether it would succeed, nothing else.
  var isDryRun: Bool { get }
  var encryptionContext: EncryptionContext? { get }
  /// Further facts for the audit record, not secret.
  var details: [AuditRecord.Detail] { get }
  /// The same, once more is known.
  func details(_ prepared: Prepared) -> [AuditRecord.Detail]

  /// A right that can be judged before anything is loaded, one of `demands`; nil when all of them need what prepare finds.
  var demandBeforehand: Demand? { get }
  func prepare(_ desk: Desk) async throws(KMSError) -> Prepared
  /// Whether `prepare` leaves something to `complete`.
  var isCompletedOnceAllowed: Bool { get }
  /// Reads what is worth reading only for somebody who has the rights; nobody else gets that far.
  func complete(_ prepared: inout Prepared, _ desk: Desk) async throws(KMSError)
  /// The same from warm caches; nil hands the request to the ordinary lane.
  func prepareWarm(_ desk: Desk) -> Prepared?
  /// Everything that must be allowed.
  func demands(_ prepared: Prepared, _ desk: Desk) -> Demands
  /// Whether performing it would keep an event loop waiting: see `KeySpec.isSlow`.
  func isSlow(_ prepared: Prepared) -> Bool
  /// What could still make it fail, for a caller who only wants to know whether it would succeed. It changes nothing.
  func rehearse(
    _ prepared: Prepared, _ permits: borrowing Permits, _ desk: Desk, _ caller: Caller
  ) throws(KMSError)
  /// Synchronous, and the only place where something happens. The permits are those of the first two demands.
  func perform(
    _ prepared: Prepared, _ permits: borrowing Permits, _ desk: Desk, _ caller: Caller
  ) throws(KMSError) -> Performed<Answer>
}

extension Operation {
  package var references: [KeyReference] { [] }
  package func action(on reference: KeyReference) -> Action { asked.action }
  package var isDryRun: Bool { false }
  package var encryptionContext: EncryptionContext? { nil }
  package var details: [AuditRecord.Detail] { [] }
  package func details(_ prepared: Prepared) -> [AuditRecord.Detail] { details }
  package var demandBeforehand: Demand? { nil }
  package var isCompletedOnceAllowed: Bool { false }
  package func complete(_ prepared: inout Prepared, _ desk: Desk) async throws(KMSError) {}
  package func prepareWarm(_ desk: Desk) -> Prepared? { nil }
  package func isSlow(_ prepared: Prepared) -> Bool { false }
  package func rehearse(
    _ prepared: Prepared, _ permits: borrowing Permits, _ desk: Desk, _ caller: Caller
  ) throws(KMSError) {}
}

package struct Asked: Sendable {
  package let action: Action
  package let named: String

  package init(_ action: Action, named: String) {
    self.action = action
    self.named = named
  }
}

/// One right that an operation needs. A class, because it is handed on several times.
package final class Demand: Sendable {
  package let action: Action
  package let resource: ProtectedResource
  package let facts: RequestFacts
  /// The material that will be touched.
  package let version: VersionID?
  /// The id of a key that is being made.
  package let newKey: KeyID?
  /// What the caller wrote.
  package let named: String
  /// The action's requirement doesn't hold for this resource, only the right is asked.
  package let anyState: Bool
  /// What the audit record says it turned out to be, where policies have no name for it yet.
  package let resolvedAs: String?
  /// Which usage this needs of the key, where it isn't the action's.
  package let usage: KeyUsages?
  /// What the key is to open was made by another one: that is said rather than that it is for something else.
  package let isOfAnotherKey: Bool

  package init(
    _ action: Action, on resource: ProtectedResource, named: String, facts: RequestFacts = .none,
    version: VersionID? = nil, newKey: KeyID? = nil, anyState: Bool = false, resolvedAs: String? = nil,
    usage: KeyUsages? = nil, isOfAnotherKey: Bool = false
  ) {
    self.isOfAnotherKey = isOfAnotherKey
    self.resolvedAs = resolvedAs
    self.usage = usage
    self.anyState = anyState
    self.action = action
    self.resource = resource
    self.named = named
    self.facts = facts
    self.version = version
    self.newKey = newKey
  }
}

/// One to three demands, without an allocation, and seldom more.
package struct Demands: Sendable {
  package let first: Demand
  package let second: Demand?
  package let third: Demand?
  private let further: Further?

  /// A class, so that demands without further ones stay small.
  private final class Further: Sendable {
    let demands: [Demand]
    init(_ demands: [Demand]) { self.demands = demands }
  }

  package init(_ first: Demand, _ second: Demand? = nil, _ third: Demand? = nil) {
    self.first = first
    self.second = second
    self.third = third
    further = nil
  }

  /// As many as there are: for work that takes several rights at once.
  package init(_ first: Demand, and others: [Demand]) {
    self.first = first
    second = others.first
    third = others.dropFirst().first
    further = others.count > 2 ? Further(Array(others.dropFirst(2))) : nil
  }

  /// Beyond the first three.
  var rest: [Demand] { further?.demands ?? [] }
}

/// The permits of the demands, in their order.
package struct Permits: ~Copyable {
  package let first: Permit
  package let second: Permit?
  /// Beyond the second, for work with many objects.
  private let further: [Box]

  /// A permit can't stand in an array.
  final class Box: Sendable {
    fileprivate let permit: Permit
    init(_ permit: consuming Permit) { self.permit = permit }
  }

  init(_ first: consuming Permit, _ second: consuming Permit?, _ further: [Box] = []) {
    self.first = first
    self.second = second
    self.further = further
  }

  /// Lends the permit of the demand at `place`.
  /// - Throws: `permitMismatch` when there was no such demand.
  borrowing func with<Result>(
    _ place: Int, _ body: (borrowing Permit) throws(KMSError) -> Result
  ) throws(KMSError) -> Result {
    switch place {
    case 0: return try body(first)
    case 1:
      switch second {
      case .some(let permit): return try body(permit)
      case .none: throw .permitMismatch
      }
    default:
      guard further.indices.contains(place - 2) else { throw .permitMismatch }
      return try body(further[place - 2].permit)
    }
  }
}

/// What perform did: the answer, and what the store must make permanent before the answer may leave.
package struct Performed<Answer: Sendable>: Sendable {
  package let answer: Answer
  package let change: StoreChange?
  /// For the audit record, beside what the operation says of itself: what turned out only by doing it. Not secret.
  package let details: [AuditRecord.Detail]

  package init(_ answer: Answer, change: StoreChange? = nil, details: [AuditRecord.Detail] = []) {
    self.answer = answer
    self.change = change
    self.details = details
  }
}
