package import KMSDomain

/// Managed policies: those of the account by their names, then those that every account has.
package struct ListPolicies: AccountQuery {
  package typealias Prepared = Page<DescribedPolicy>
  package typealias Answer = Page<DescribedPolicy>

  package struct Filter: Sendable {
    package enum Scope: Sendable {
      case all
      case own
      case builtIn
    }

    let scope: Scope
    let path: String
    let onlyAttached: Bool
    let usage: PolicyUsage?

    /// - Parameter path: only policies whose path begins so.
    package init(scope: Scope, path: String, onlyAttached: Bool, usage: PolicyUsage?) {
      self.scope = scope
      self.path = path
      self.onlyAttached = onlyAttached
      self.usage = usage
    }
  }

  package let action = Action.listPolicies
  package let operation = "ListPolicies"
  package let account: AccountID
  private let filter: Filter
  private let marker: String?
  private let limit: Int

  /// - Parameter marker: the folded name of a policy of the account, or what policies call one that every account has, after
  ///   which to go on.
  package init(of account: AccountID, _ filter: Filter, after marker: String?, limit: Int) {
    self.account = account
    self.filter = filter
    self.marker = marker
    self.limit = limit
  }

  package func prepare(_ desk: Desk) async throws(KMSError) -> Page<DescribedPolicy> {
    let uses = try await desk.policyUses(in: account)
    let builtIn = desk.vocabulary.builtInPolicies
    let isPastOwn = builtIn.contains { $0.resourceName == marker }
    var found: [DescribedPolicy] = []
    if filter.scope != .builtIn, !isPastOwn { found = try await own(uses, desk) }
    if filter.scope != .own, found.count <= limit {
      let start = isPastOwn ? (builtIn.firstIndex { $0.resourceName == marker } ?? -1) + 1 : 0
      for policy in builtIn[start...] where policy.path.utf8.starts(with: filter.path.utf8) {
        let described = DescribedPolicy(policy)
        let used = described.using(uses[described.reference] ?? PolicyUses())
        if filter.lets(used.uses) { found.append(used) }
      }
    }
    return Page(reading: found, limit: limit) { $0.marker }
  }

  /// At most one more than the page holds.
  private func own(
    _ uses: [IdentityRecord.PolicyReference: PolicyUses], _ desk: Desk
  ) async throws(KMSError) -> [DescribedPolicy] {
    var found: [DescribedPolicy] = []
    var last = marker
    while true {
      let part = try await desk.store.identities(
        .policy, of: account, under: filter.path, after: last, limit: limit + 1)
      for stored in part {
        let record = try desk.unseal(stored, .principal)
        last = record.reference.folded
        guard let policy = DescribedPolicy(record, called: desk.vocabulary.name(of: record)) else {
          throw .corrupt(.principal)
        }
        let used = policy.using(uses[policy.reference] ?? PolicyUses())
        if filter.lets(used.uses) { found.append(used) }
        if found.count > limit { return found }
      }
      if part.count <= limit { return found }
    }
  }
}

extension ListPolicies.Filter {
  fileprivate func lets(_ uses: PolicyUses) -> Bool {
    switch usage {
    case .boundary: uses.boundaries > 0
    case .permissions: uses.attachments > 0 || (!onlyAttached && uses.boundaries == 0)
    case nil: uses.attachments > 0 || !onlyAttached
    }
  }
}

extension DescribedPolicy {
  fileprivate var marker: String {
    switch reference {
    case .own: IdentityName.folded(name)
    case .builtIn: resourceName
    }
  }
}
