package import KMSDomain

/// Takes from somebody what one ready-made role gave: the policy that is attached, and the one that was written for a few
/// keys.
package struct TakePolicies: IdentityWork {
  package typealias Prepared = FoundIdentity
  package typealias Answer = IdentityRecord

  package let identity: IdentityName
  private let kind: PrincipalKind
  private let attached: IdentityRecord.PolicyReference
  private let inline: String

  /// - Parameter inline: the name of the policy that was written for a few keys.
  package init(
    _ attached: IdentityRecord.PolicyReference, orInline inline: String, from kind: PrincipalKind,
    _ name: String, in account: AccountID
  ) {
    identity = IdentityName(kind.identity, name, in: account)
    self.kind = kind
    self.attached = attached
    self.inline = inline
  }

  package let operation = "TakePolicies"
  package var action: Action { kind.detach }

  package func demands(_ prepared: FoundIdentity, _ desk: Desk) -> Demands {
    let actions = actions(on: prepared.record)
    let demands = actions.map { Demand($0, on: .identity(prepared.resource), named: identity.text) }
    guard let first = demands.first else {
      return Demands(Demand(kind.detach, on: .identity(prepared.resource), named: identity.text))
    }
    return Demands(first, and: Array(demands.dropFirst()))
  }

  private func actions(on record: IdentityRecord?) -> [Action] {
    guard let carried = record?.carried else { return [] }
    var actions: [Action] = []
    if carried.attached.contains(attached) { actions.append(kind.detach) }
    if carried.inline.contains(where: { $0.name == inline }) { actions.append(kind.takeInline) }
    return actions
  }

  package func perform(
    _ prepared: FoundIdentity, _ permits: borrowing Permits, _ desk: Desk, _ caller: Caller
  ) throws(KMSError) -> Performed<IdentityRecord> {
    try permits.first.check(kind.detach, or: kind.takeInline, key: nil, version: nil)
    let before = try prepared.present()
    guard !actions(on: before).isEmpty else { throw .identity(.policyNotFound(inline)) }
    var record = before
    record.carried.attached.removeAll { $0 == attached }
    record.carried.inline.removeAll { $0.name == inline }
    record = record.advanced()
    return Performed(record, change: .updateIdentity(desk.seal(record), expecting: before.generation))
  }
}
