package import KMSDomain

/// An operation on one identity. The right is asked for the identity as it is; whether it is there at all comes after that.
package protocol IdentityWork: Operation where Prepared == FoundIdentity {
  var identity: IdentityName { get }
  var action: Action { get }
  var facts: RequestFacts { get }
  /// The same, once the identity is known.
  func facts(about found: FoundIdentity) -> RequestFacts
  /// Reads what else it needs, once the identity is known. Not called for one that isn't there.
  func gather(_ found: inout FoundIdentity, _ record: IdentityRecord, _ desk: Desk) async throws(KMSError)
}

extension IdentityWork {
  package var facts: RequestFacts { .none }
  package func facts(about found: FoundIdentity) -> RequestFacts { facts }
  package var asked: Asked { Asked(action, named: identity.text) }

  package func gather(
    _ found: inout FoundIdentity, _ record: IdentityRecord, _ desk: Desk
  ) async throws(KMSError) {}

  package func prepare(_ desk: Desk) async throws(KMSError) -> FoundIdentity {
    var found = try await desk.identity(identity)
    if let record = found.record { try await gather(&found, record, desk) }
    return found
  }

  package func demands(_ prepared: FoundIdentity, _ desk: Desk) -> Demands {
    Demands(
      Demand(action, on: .identity(prepared.resource), named: identity.text, facts: facts(about: prepared)))
  }
}

/// An operation that reads what is known of one identity.
package protocol IdentityQuery: IdentityWork {
  func answer(_ record: IdentityRecord, _ other: FoundIdentity.Other, _ desk: Desk) throws(KMSError) -> Answer
}

extension IdentityQuery {
  package func perform(
    _ prepared: FoundIdentity, _ permits: borrowing Permits, _ desk: Desk, _ caller: Caller
  ) throws(KMSError) -> Performed<Answer> {
    try permits.first.check(action, key: nil, version: nil)
    return Performed(try answer(prepared.present(), prepared.other, desk))
  }
}

/// An operation that changes one identity.
package protocol IdentityChange: IdentityWork {
  func change(
    _ record: inout IdentityRecord, _ other: FoundIdentity.Other, _ desk: Desk
  ) throws(KMSError) -> Answer
}

extension IdentityChange {
  package func perform(
    _ prepared: FoundIdentity, _ permits: borrowing Permits, _ desk: Desk, _ caller: Caller
  ) throws(KMSError) -> Performed<Answer> {
    try permits.first.check(action, key: nil, version: nil)
    let before = try prepared.present()
    var record = before
    let answer = try change(&record, prepared.other, desk)
    guard record != before else { return Performed(answer) }
    return Performed(
      answer, change: .updateIdentity(desk.seal(record.advanced()), expecting: before.generation))
  }
}
