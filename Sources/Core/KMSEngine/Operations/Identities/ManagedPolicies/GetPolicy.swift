package import KMSDomain

/// What is known of one managed policy.
package struct GetPolicy: PolicyQuery {
  package typealias Prepared = FoundPolicy
  package typealias Answer = DescribedPolicy

  package let action = Action.getPolicy
  package let operation = "GetPolicy"
  package let policy: PolicyName
  package let account: AccountID

  package init(_ policy: PolicyName, for account: AccountID) {
    self.policy = policy
    self.account = account
  }

  package func gather(
    _ found: inout FoundPolicy, _ policy: DescribedPolicy, _ desk: Desk
  ) async throws(KMSError) {
    found.carriers = try await desk.carriers(of: policy.reference, in: account)
  }

  package func answer(_ policy: DescribedPolicy, _ found: FoundPolicy) -> DescribedPolicy {
    var uses = PolicyUses()
    uses.attachments = found.carriers.count(where: \.isAttached)
    uses.boundaries = found.carriers.count(where: \.isBoundary)
    return policy.using(uses)
  }
}

/// The tags of a managed policy: those that every account has have none.
package struct ListPolicyTags: PolicyQuery {
  package typealias Prepared = FoundPolicy
  package typealias Answer = Page<Tag>

  package let action = Action.listPolicyTags
  package let operation = "ListPolicyTags"
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

  package func answer(_ policy: DescribedPolicy, _ found: FoundPolicy) -> Page<Tag> {
    Page(of: policy.tags, after: position, limit: limit)
  }
}
