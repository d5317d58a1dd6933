package import KMSDomain

/// Sets what all policies of an identity together can allow at most, in the place of what was set before.
package struct PutPermissionsBoundary: IdentityChange {
  package typealias Prepared = FoundIdentity
  package typealias Answer = Void

  package let action: Action
  package let operation: String
  package let identity: IdentityName
  private let policy: PolicyName

  package init(_ action: Action, _ operation: String, _ identity: IdentityName, policy: PolicyName) {
    self.action = action
    self.operation = operation
    self.identity = identity
    self.policy = policy
  }

  package func gather(
    _ found: inout FoundIdentity, _ record: IdentityRecord, _ desk: Desk
  ) async throws(KMSError) {
    found.other.policy = try await desk.policy(policy)
  }

  package func demands(_ prepared: FoundIdentity, _ desk: Desk) -> Demands {
    let facts = RequestFacts.about(boundary: desk.vocabulary.name(of: policy))
    return Demands(Demand(action, on: .identity(prepared.resource), named: identity.text, facts: facts))
  }

  package func change(
    _ record: inout IdentityRecord, _ other: FoundIdentity.Other, _ desk: Desk
  ) throws(KMSError) {
    guard let reference = other.policy else {
      throw .identity(.policyNotAttachable(desk.vocabulary.name(of: policy)))
    }
    record.carried.boundary = reference
  }
}
