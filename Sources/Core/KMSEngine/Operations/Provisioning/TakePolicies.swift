package import KMSDomain

/// Takes from somebody what one ready-made role gave: the policy that is attached, and the one that was written for a few
/// keys.
package struct TakePolicies: IdentityWork {
  package typealias Prepared = FoundIdentity
  package typealias Answer = IdentityRecord

  package let identity: IdentityName
  private let kind: PrincipalKind
  private let attached: String
  private let inline: String

  /// - Parameter attached: what policies call the policy that every account has.
  /// - Parameter inline: the name of the policy that was written for a few keys.
  package init(
    _ attached: String, orInline inline: String, from kind: PrincipalKind,
    _ name: String, in account: AccountID
  ) {
    identity = IdentityName(kind.identity, name, in: account)
    self.kind = kind
    self.attached = attached
    self.inline = inline
  }

  package let operation = "TakePolicies"
  package var action: Action { kind.detach }

  package func gather(
    _ found: inout FoundIdentity, _ record: IdentityRecord, _ desk: Desk
  ) async throws(KMSError) {
    found.other.boundary = try await desk.boundary(of: record)
  }

  package func demands(_ prepared: FoundIdentity, _ desk: Desk) -> Demands {
    let resource = ProtectedResource.identity(prepared.resource)
    let detaching = Demand(
      kind.detach, on: resource, named: identity.text,
      facts: .about(policy: attached, boundary: prepared.other.boundary))
    let taking = Demand(
      kind.takeInline, on: resource, named: identity.text, facts: .about(boundary: prepared.other.boundary))
    switch (isAttached(prepared.record), hasInline(prepared.record)) {
    case (true, true): return Demands(detaching, taking)
    case (false, true): return Demands(taking)
    // Where there is nothing to take, somebody without the right doesn't learn it.
    case (_, false): return Demands(detaching)
    }
  }

  private func isAttached(_ record: IdentityRecord?) -> Bool {
    record?.carried.attached.contains(.builtIn(attached)) ?? false
  }

  private func hasInline(_ record: IdentityRecord?) -> Bool {
    record?.carried.inline.contains { $0.name == inline } ?? false
  }

  package func perform(
    _ prepared: FoundIdentity, _ permits: borrowing Permits, _ desk: Desk, _ caller: Caller
  ) throws(KMSError) -> Performed<IdentityRecord> {
    try permits.first.check(kind.detach, or: kind.takeInline, key: nil, version: nil)
    let before = try prepared.present()
    guard isAttached(before) || hasInline(before) else {
      throw .identity(.policyNotAttached(attached))
    }
    var record = before
    record.carried.attached.removeAll { $0 == .builtIn(attached) }
    record.carried.inline.removeAll { $0.name == inline }
    record = record.advanced()
    return Performed(record, change: .updateIdentity(desk.seal(record), expecting: before.generation))
  }
}
