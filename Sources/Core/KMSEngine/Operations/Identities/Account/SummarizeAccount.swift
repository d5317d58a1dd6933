package import KMSDomain

/// How much an account has of everything.
package struct AccountSummary: Sendable {
  package internal(set) var counts: [IdentityKind: Int] = [:]
  package internal(set) var policyVersions = 0
  package internal(set) var rootHasAccessKeys = false
}

package struct SummarizeAccount: AccountQuery {
  package typealias Prepared = AccountSummary
  package typealias Answer = AccountSummary

  package let action = Action.getAccountSummary
  package let operation = "GetAccountSummary"
  package let account: AccountID

  package init(_ account: AccountID) { self.account = account }

  package func prepare(_ desk: Desk) async throws(KMSError) -> AccountSummary {
    var summary = AccountSummary()
    for kind in IdentityKind.allCases {
      summary.counts[kind] = try await desk.store.identityCount(kind, of: account)
    }
    for record in try await desk.identities(.policy, of: account) {
      if case .policy(let policy) = record.body { summary.policyVersions += policy.versions.count }
    }
    if let root = try await desk.store.identity(named: IdentityName(.root, "root", in: account)) {
      let id = try desk.unseal(root, .principal).id
      summary.rootHasAccessKeys = try await !desk.store.accessKeys(of: id).isEmpty
    }
    return summary
  }
}
