package import KMSDomain

/// Lets an identity carry a policy that stands by itself; one that it carries already changes nothing.
package struct AttachPolicy: IdentityChange {
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
    guard let reference = other.policy else {
      throw .identity(.policyNotAttachable(desk.vocabulary.name(of: policy)))
    }
    guard !record.carried.attached.contains(reference) else { return }
    guard record.carried.attached.count < IdentityRecord.Carried.mostAttached else {
      throw .identity(.tooMany(record.kind.policiesQuota, IdentityRecord.Carried.mostAttached))
    }
    record.carried.attached.append(reference)
  }
}

extension IdentityWork {
  /// One demand, which says which policy it is about.
  func demands(_ prepared: FoundIdentity, about policy: PolicyName, _ desk: Desk) -> Demands {
    let facts = RequestFacts.about(
      policy: desk.vocabulary.name(of: policy), boundary: prepared.other.boundary)
    return Demands(Demand(action, on: .identity(prepared.resource), named: identity.text, facts: facts))
  }
}

extension IdentityKind {
  fileprivate var policiesQuota: IdentityFault.Quota {
    switch self {
    case .group: .policiesOfGroup
    case .role: .policiesOfRole
    case .user, .root, .policy, .provider: .policiesOfUser
    }
  }
}
