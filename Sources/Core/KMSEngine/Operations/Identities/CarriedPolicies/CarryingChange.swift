package import KMSDomain

/// A change of which policies that stand by themselves an identity carries. Its one demand says which policy it is about.
package protocol CarryingChange: IdentityChange {
  var policy: PolicyName { get }
}

extension CarryingChange {
  package func gather(
    _ found: inout FoundIdentity, _ record: IdentityRecord, _ desk: Desk
  ) async throws(KMSError) {
    found.other.policy = try await desk.policy(policy)
    found.other.boundary = try await desk.boundary(of: record)
  }

  package func demands(_ prepared: FoundIdentity, _ desk: Desk) -> Demands {
    let facts = RequestFacts.about(
      policy: desk.vocabulary.name(of: policy), boundary: prepared.other.boundary)
    return Demands(Demand(action, on: .identity(prepared.resource), named: identity.text, facts: facts))
  }
}
