package import KMSDomain

/// Removes an identity that has nothing any more: what it has must be taken away first. Client certificates that nobody can use
/// any more go with it.
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
    found.other.certificates = try await desk.store.clientCertificates(of: record.id)
    found.other.applications = try await desk.store.applications(of: record.id)
    for stored in try await desk.store.identities(referringTo: record.id, after: nil, limit: 1) {
      found.other.related.append(try desk.unseal(stored, .principal))
    }
  }

  package func perform(
    _ prepared: FoundIdentity, _ permits: borrowing Permits, _ desk: Desk, _ caller: Caller
  ) throws(KMSError) -> Performed<Void> {
    try permits.first.check(action, key: nil, version: nil)
    let record = try prepared.present()
    let certificates = try desk.unseal(prepared.other.certificates, of: record)
    let now = desk.clock.now()
    let isKnown = certificates.contains { $0.certificate.isActive && !$0.certificate.isExpired(at: now) }
    if let holding = holding(record, prepared.other, isKnownByCertificate: isKnown) {
      throw .identity(.holds(holding))
    }
    let removals = certificates.map {
      StoreChange.removeClientCertificate($0.certificate.fingerprint, expecting: $0.code)
    }
    let removal = StoreChange.removeIdentity(record.id, expecting: record.generation)
    return Performed((), change: removals.isEmpty ? removal : .together(removals + [removal]))
  }

  private func holding(
    _ record: IdentityRecord, _ other: FoundIdentity.Other, isKnownByCertificate: Bool
  ) -> IdentityFault.Holding? {
    if !other.accessKeys.isEmpty { return .accessKeys }
    if isKnownByCertificate { return .clientCertificates }
    if !other.applications.isEmpty { return .applications }
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
