package import KMSDomain

/// Takes a policy that stands by itself from an identity that carries it.
package struct DetachPolicy: IdentityChange {
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
    found.other.boundary = try await desk.boundary(of: record)
  }

  package func demands(_ prepared: FoundIdentity, _ desk: Desk) -> Demands {
    demands(prepared, about: policy, desk)
  }

  package func change(
    _ record: inout IdentityRecord, _ other: FoundIdentity.Other, _ desk: Desk
  ) throws(KMSError) {
    guard let reference = other.policy,
      let place = record.carried.attached.firstIndex(of: reference)
    else { throw .identity(.policyNotAttached(desk.vocabulary.name(of: policy))) }
    record.carried.attached.remove(at: place)
  }
}
