package import KMSDomain

/// Lets an identity carry a policy that stands by itself; one that it carries already changes nothing.
package struct AttachPolicy: CarryingChange {
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

extension IdentityKind {
  fileprivate var policiesQuota: IdentityFault.Quota {
    switch self {
    case .group: .policiesOfGroup
    case .role: .policiesOfRole
    case .user, .root, .policy, .provider: .policiesOfUser
    }
  }
}
