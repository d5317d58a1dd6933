package import KMSDomain

/// Takes a policy that stands by itself from an identity that carries it.
package struct DetachPolicy: CarryingChange {
  package typealias Prepared = FoundIdentity
  package typealias Answer = Void

  package let action: Action
  package let operation: String
  package let identity: IdentityName
  package let policy: PolicyName

  package init(_ action: Action, _ operation: String, _ identity: IdentityName, policy: PolicyName) {
    self.action = action
    self.operation = operation
    self.identity = identity
    self.policy = policy
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
