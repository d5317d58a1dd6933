package import KMSDomain

/// An operation that reads what is known of one key.
package protocol KeyQuery: Operation where Prepared == ProtectedKey {
  var key: KeyReference { get }
  var action: Action { get }
  func answer(_ key: ProtectedKey) -> Answer
}

extension KeyQuery {
  package var asked: Asked { Asked(action, named: key.asWritten) }
  package var references: [KeyReference] { [key] }

  package func prepare(_ desk: Desk) async throws(KMSError) -> ProtectedKey { try await desk.key(key) }

  package func prepareWarm(_ desk: Desk) -> ProtectedKey? { desk.warmKey(key.target) }

  package func demands(_ prepared: ProtectedKey, _ desk: Desk) -> Demands {
    Demands(Demand(action, on: .key(prepared), named: key.asWritten))
  }

  package func perform(
    _ prepared: ProtectedKey, _ permits: borrowing Permits, _ desk: Desk, _ caller: Caller
  ) throws(KMSError) -> Performed<Answer> {
    try permits.first.check(action, key: prepared.record.id, version: nil)
    return Performed(answer(prepared))
  }
}
