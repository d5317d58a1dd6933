package import KMSDomain

/// Takes a policy of its own from an identity.
package struct DeleteInlinePolicy: IdentityChange {
  package typealias Prepared = FoundIdentity
  package typealias Answer = Void

  package let action: Action
  package let operation: String
  package let identity: IdentityName
  private let policy: String

  package init(_ action: Action, _ operation: String, _ identity: IdentityName, policy: String) {
    self.action = action
    self.operation = operation
    self.identity = identity
    self.policy = policy
  }

  package var details: [AuditRecord.Detail] { [AuditRecord.Detail(name: "policy", value: policy)] }

  package func gather(
    _ found: inout FoundIdentity, _ record: IdentityRecord, _ desk: Desk
  ) async throws(KMSError) {
    found.other.boundary = try await desk.boundary(of: record)
  }

  package func facts(about found: FoundIdentity) -> RequestFacts {
    .about(boundary: found.other.boundary)
  }

  package func change(
    _ record: inout IdentityRecord, _ other: FoundIdentity.Other, _ desk: Desk
  ) throws(KMSError) {
    guard let place = record.carried.inline.firstIndex(where: { $0.name == policy }) else {
      throw .identity(.inlinePolicyNotFound(record.kind, policy))
    }
    record.carried.inline.remove(at: place)
  }
}
