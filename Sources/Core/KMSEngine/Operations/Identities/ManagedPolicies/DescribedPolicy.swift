package import KMSDomain

/// A managed policy: one of the account, or one that every account has.
package struct DescribedPolicy: Sendable {
  /// What policies and callers call it.
  package let resourceName: String
  package let reference: IdentityRecord.PolicyReference
  package let id: IdentityID
  package let name: String
  package let path: String
  package let createdAt: Instant
  package let tags: [Tag]
  package let policy: IdentityRecord.ManagedPolicy
  /// Within the account of the caller.
  package internal(set) var uses = PolicyUses()
}

extension DescribedPolicy {
  /// - Returns: nil for a record of another kind.
  package init?(_ record: IdentityRecord, called resourceName: String) {
    guard case .policy(let policy) = record.body else { return nil }
    self.init(
      resourceName: resourceName, reference: .own(record.id), id: record.id, name: record.name,
      path: record.path, createdAt: record.createdAt, tags: record.tags, policy: policy)
  }

  init(_ policy: BuiltInPolicy) {
    let version = IdentityRecord.ManagedPolicy.Version(
      number: 1, document: policy.document, createdAt: policy.createdAt)
    self.init(
      resourceName: policy.resourceName, reference: .builtIn(policy.resourceName), id: policy.id,
      name: policy.name, path: policy.path, createdAt: policy.createdAt, tags: [],
      policy: IdentityRecord.ManagedPolicy(
        description: policy.description, versions: [version], defaultVersion: 1, nextVersion: 2,
        updatedAt: policy.createdAt))
  }

  func using(_ uses: PolicyUses) -> DescribedPolicy {
    var copy = self
    copy.uses = uses
    return copy
  }
}

/// How many identities carry a policy, and how many have it for a boundary.
package struct PolicyUses: Hashable, Sendable {
  package internal(set) var attachments = 0
  package internal(set) var boundaries = 0
  package init() {}
}
