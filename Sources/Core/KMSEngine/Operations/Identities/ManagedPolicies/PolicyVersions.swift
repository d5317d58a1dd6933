package import KMSDomain

/// One version of a managed policy, and whether it is the one in force.
package struct DescribedVersion: Sendable {
  package let version: IdentityRecord.ManagedPolicy.Version
  package let isDefault: Bool
}

extension DescribedPolicy {
  /// The newest first.
  package var versions: [DescribedVersion] {
    policy.versions.reversed().map {
      DescribedVersion(version: $0, isDefault: $0.number == policy.defaultVersion)
    }
  }
}

package struct GetPolicyVersion: PolicyQuery {
  package typealias Prepared = FoundPolicy
  package typealias Answer = DescribedVersion

  package let action = Action.getPolicyVersion
  package let operation = "GetPolicyVersion"
  package let policy: PolicyName
  package let account: AccountID
  private let version: PolicyVersionName

  package init(_ policy: PolicyName, for account: AccountID, _ version: PolicyVersionName) {
    self.policy = policy
    self.account = account
    self.version = version
  }

  package func absence(_ found: FoundPolicy) -> IdentityFault {
    .versionNotFound(policy: found.resource.name, version.written)
  }

  package func answer(
    _ policy: DescribedPolicy, _ found: FoundPolicy
  ) throws(KMSError) -> DescribedVersion {
    guard let version = policy.versions.first(where: { $0.version.number == version.number }) else {
      throw .identity(absence(found))
    }
    return version
  }
}

/// The versions of a managed policy, the newest first.
package struct ListPolicyVersions: PolicyQuery {
  package typealias Prepared = FoundPolicy
  package typealias Answer = Page<DescribedVersion>

  package let action = Action.listPolicyVersions
  package let operation = "ListPolicyVersions"
  package let policy: PolicyName
  package let account: AccountID
  private let position: Int
  private let limit: Int

  /// - Parameter position: how many of them were listed already.
  package init(_ policy: PolicyName, for account: AccountID, after position: Int, limit: Int) {
    self.policy = policy
    self.account = account
    self.position = position
    self.limit = limit
  }

  package func answer(_ policy: DescribedPolicy, _ found: FoundPolicy) -> Page<DescribedVersion> {
    Page(of: policy.versions, after: position, limit: limit)
  }
}
