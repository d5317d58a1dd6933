package import KMSDomain

/// An operation that reads what is known of one managed policy, of the account or of those that every account has.
package protocol PolicyQuery: Operation where Prepared == FoundPolicy {
  var policy: PolicyName { get }
  /// Of whoever asks.
  var account: AccountID { get }
  var action: Action { get }
  /// Reads what else it needs, once the policy is known.
  func gather(_ found: inout FoundPolicy, _ policy: DescribedPolicy, _ desk: Desk) async throws(KMSError)
  func answer(_ policy: DescribedPolicy, _ found: FoundPolicy) throws(KMSError) -> Answer
  /// What a caller is told where there is none of that name.
  func absence(_ found: FoundPolicy) -> IdentityFault
}

extension PolicyQuery {
  package var asked: Asked { Asked(action, named: policy.text) }

  package func gather(
    _ found: inout FoundPolicy, _ policy: DescribedPolicy, _ desk: Desk
  ) async throws(KMSError) {}

  package func absence(_ found: FoundPolicy) -> IdentityFault { .notFound(.policy, found.resource.name) }

  package func prepare(_ desk: Desk) async throws(KMSError) -> FoundPolicy {
    var found = try await desk.describedPolicy(policy, for: account)
    if let policy = found.policy { try await gather(&found, policy, desk) }
    return found
  }

  package func demands(_ prepared: FoundPolicy, _ desk: Desk) -> Demands {
    Demands(Demand(action, on: .identity(prepared.resource), named: policy.text))
  }

  package func perform(
    _ prepared: FoundPolicy, _ permits: borrowing Permits, _ desk: Desk, _ caller: Caller
  ) throws(KMSError) -> Performed<Answer> {
    try permits.first.check(action, key: nil, version: nil)
    guard let policy = prepared.policy else { throw .identity(absence(prepared)) }
    return Performed(try answer(policy, prepared))
  }
}

extension PolicyName {
  /// For audit records.
  package var text: String {
    switch self {
    case .own(let name, _): name.text
    case .builtIn(let name), .foreign(let name): name
    }
  }
}
