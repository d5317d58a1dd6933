package import KMSDomain

/// Who carries a managed policy or has it for a boundary, in the order of their ids.
package struct ListEntitiesForPolicy: PolicyQuery {
  package typealias Prepared = FoundPolicy
  package typealias Answer = Page<IdentityRecord>

  package struct Filter: Sendable {
    let kind: IdentityKind?
    let path: String
    let usage: PolicyUsage?

    /// - Parameter path: only identities whose path begins so.
    package init(kind: IdentityKind?, path: String, usage: PolicyUsage?) {
      self.kind = kind
      self.path = path
      self.usage = usage
    }
  }

  package let action = Action.listEntitiesForPolicy
  package let operation = "ListEntitiesForPolicy"
  package let policy: PolicyName
  package let account: AccountID
  private let filter: Filter
  private let marker: String?
  private let limit: Int

  /// - Parameter marker: the id after which to go on.
  package init(
    _ policy: PolicyName, for account: AccountID, _ filter: Filter, after marker: String?, limit: Int
  ) {
    self.policy = policy
    self.account = account
    self.filter = filter
    self.marker = marker
    self.limit = limit
  }

  /// Of a policy that every account has nothing need be known, and everybody of the account is looked at for it.
  package var demandBeforehand: Demand? {
    switch policy {
    case .own: nil
    case .builtIn(let name), .foreign(let name):
      Demand(
        action, on: .identity(ProtectedIdentity(name: name, account: account)), named: policy.text)
    }
  }

  package func gather(
    _ found: inout FoundPolicy, _ policy: DescribedPolicy, _ desk: Desk
  ) async throws(KMSError) {
    found.carriers = try await desk.carriers(of: policy.reference, in: account)
  }

  package func answer(_ policy: DescribedPolicy, _ found: FoundPolicy) -> Page<IdentityRecord> {
    let rest = found.carriers.filter { carrier in
      filter.lets(carrier)
        && marker.map { $0.utf8.lexicographicallyPrecedes(carrier.record.id.text.utf8) } ?? true
    }
    return Page(reading: rest.map(\.record), limit: limit) { $0.id.text }
  }
}

extension ListEntitiesForPolicy.Filter {
  fileprivate func lets(_ carrier: PolicyCarrier) -> Bool {
    guard kind == nil || kind == carrier.record.kind, carrier.record.path.utf8.starts(with: path.utf8) else {
      return false
    }
    switch usage {
    case .permissions: return carrier.isAttached
    case .boundary: return carrier.isBoundary
    case nil: return true
    }
  }
}
