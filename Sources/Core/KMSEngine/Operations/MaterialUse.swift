package import KMSDomain

/// An operation that uses the current material of one key by an algorithm that the caller names: signatures, codes, shared
/// secrets.
package protocol MaterialUse: Operation where Prepared == UsableKey, Answer == Used<Result> {
  associatedtype Result: Sendable

  var key: KeyReference { get }
  var action: Action { get }
  var algorithm: KeyAlgorithm { get }
  /// The facts that conditions may ask about, beside the algorithm and the alias.
  func complete(_ facts: inout RequestFacts)
  /// What else must fit the key. The algorithm does.
  func check(_ key: KeyRecord) throws(KMSError)
  func use(
    _ material: any LiveKey, _ permit: borrowing Permit, _ custody: any KeyCustody
  ) throws(KMSError) -> Result
}

/// What came of a use, and what was used.
package struct Used<Result: Sendable>: Sendable {
  package let key: ProtectedKey
  package let algorithm: KeyAlgorithm
  package let result: Result

  init(_ key: ProtectedKey, _ algorithm: KeyAlgorithm, _ result: Result) {
    self.key = key
    self.algorithm = algorithm
    self.result = result
  }
}

extension MaterialUse {
  package var asked: Asked { Asked(action, named: key.asWritten) }
  package var references: [KeyReference] { [key] }
  package func complete(_ facts: inout RequestFacts) {}
  package func check(_ key: KeyRecord) throws(KMSError) {}

  package func prepare(_ desk: Desk) async throws(KMSError) -> UsableKey { try await desk.protecting(key) }
  package func prepareWarm(_ desk: Desk) -> UsableKey? { desk.protectingWarm(key) }
  package func isSlow(_ prepared: UsableKey) -> Bool { prepared.isSlow(action) }

  package func demands(_ prepared: UsableKey, _ desk: Desk) -> Demands {
    var facts = RequestFacts(algorithm, of: key)
    complete(&facts)
    return Demands(
      Demand(
        action, on: .key(prepared.key), named: key.asWritten, facts: facts, version: prepared.version))
  }

  package func rehearse(
    _ prepared: UsableKey, _ permits: borrowing Permits, _ desk: Desk, _ caller: Caller
  ) throws(KMSError) {
    let record = prepared.key.record
    try algorithm.require(record.spec)
    try check(record)
  }

  package func perform(
    _ prepared: UsableKey, _ permits: borrowing Permits, _ desk: Desk, _ caller: Caller
  ) throws(KMSError) -> Performed<Used<Result>> {
    try rehearse(prepared, permits, desk, caller)
    let result = try use(try prepared.material(), permits.first, desk.custody)
    return Performed(Used(prepared.key, algorithm, result))
  }
}
