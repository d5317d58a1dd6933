package import KMSDomain

/// Removes an identity that has nothing any more: what it has must be taken away first.
package struct DeleteIdentity: IdentityWork {
  package typealias Prepared = FoundIdentity
  package typealias Answer = Void

  package let action: Action
  package let operation: String
  package let identity: IdentityName

  package init(_ action: Action, _ operation: String, _ identity: IdentityName) {
    self.action = action
    self.operation = operation
    self.identity = identity
  }

  package func gather(
    _ found: inout FoundIdentity, _ record: IdentityRecord, _ desk: Desk
  ) async throws(KMSError) {
    found.other.accessKeys = try await desk.store.accessKeys(of: record.id)
    for stored in try await desk.store.identities(referringTo: record.id, after: nil, limit: 1) {
      found.other.related.append(try desk.unseal(stored, .principal))
    }
  }

  package func perform(
    _ prepared: FoundIdentity, _ permits: borrowing Permits, _ desk: Desk, _ caller: Caller
  ) throws(KMSError) -> Performed<Void> {
    try permits.first.check(action, key: nil, version: nil)
    let record = try prepared.present()
    if let holding = holding(record, prepared.other) { throw .identity(.holds(holding)) }
    return Performed((), change: .removeIdentity(record.id, expecting: record.generation))
  }

  private func holding(
    _ record: IdentityRecord, _ other: FoundIdentity.Other
  ) -> IdentityFault.Holding? {
    if !other.accessKeys.isEmpty { return .accessKeys }
    if !record.carried.inline.isEmpty { return .inlinePolicies }
    if !record.carried.attached.isEmpty { return .attachedPolicies }
    switch record.body {
    case .user(let user): return user.groups.isEmpty ? nil : .groups
    case .group: return other.related.isEmpty ? nil : .members
    case .policy(let policy):
      if !other.related.isEmpty { return .attachments }
      return policy.versions.count > 1 ? .versions : nil
    case .root, .role, .provider: return nil
    }
  }
}
