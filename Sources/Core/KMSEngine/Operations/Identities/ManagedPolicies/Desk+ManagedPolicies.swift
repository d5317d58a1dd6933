package import KMSDomain

/// A managed policy that a caller named, as far as it is there.
package struct FoundPolicy: Sendable {
  /// nil when there is none of that name.
  let policy: DescribedPolicy?
  let resource: ProtectedIdentity
  /// What else an operation needs to know.
  var carriers: [PolicyCarrier] = []
}

/// An identity that carries a policy, or has it for a boundary.
package struct PolicyCarrier: Sendable {
  package let record: IdentityRecord
  package let isAttached: Bool
  package let isBoundary: Bool

  /// nil for somebody who has nothing to do with it.
  init?(_ record: IdentityRecord, of policy: IdentityRecord.PolicyReference) {
    isAttached = record.carried.attached.contains(policy)
    isBoundary = record.carried.boundary == policy
    guard isAttached || isBoundary else { return nil }
    self.record = record
  }
}

extension Desk {
  /// - Throws: `corrupt`, `storeUnavailable`; not for one that isn't there.
  /// - Parameter account: of whoever asks.
  func describedPolicy(
    _ name: PolicyName, for account: AccountID
  ) async throws(KMSError) -> FoundPolicy {
    switch name {
    case .own(let name, let path):
      let found = try await identity(IdentityName(.policy, name.text, in: name.account, at: path))
      return FoundPolicy(
        policy: found.record.flatMap { DescribedPolicy($0, called: found.resource.name) },
        resource: found.resource)
    case .foreign(let name):
      return FoundPolicy(policy: nil, resource: ProtectedIdentity(name: name, account: account))
    case .builtIn(let name):
      let policy = vocabulary.builtInPolicies.first { $0.resourceName == name }
      return FoundPolicy(
        policy: policy.map(DescribedPolicy.init), resource: ProtectedIdentity(name: name, account: account))
    }
  }

  /// Of the account, in the order of their ids.
  func carriers(
    of policy: IdentityRecord.PolicyReference, in account: AccountID
  ) async throws(KMSError) -> [PolicyCarrier] {
    let candidates: [IdentityRecord]
    switch policy {
    case .own(let id): candidates = try await identities(referringTo: id)
    // The store has no index of these: everybody could.
    case .builtIn: candidates = try await carriers(in: account)
    }
    return candidates.filter { $0.account == account }.compactMap { PolicyCarrier($0, of: policy) }
      .sorted { $0.record.id.text.utf8.lexicographicallyPrecedes($1.record.id.text.utf8) }
  }

  /// How every policy is used that somebody of the account carries.
  func policyUses(
    in account: AccountID
  ) async throws(KMSError) -> [IdentityRecord.PolicyReference: PolicyUses] {
    var uses: [IdentityRecord.PolicyReference: PolicyUses] = [:]
    for record in try await carriers(in: account) {
      for policy in record.carried.attached { uses[policy, default: PolicyUses()].attachments += 1 }
      if let boundary = record.carried.boundary { uses[boundary, default: PolicyUses()].boundaries += 1 }
    }
    return uses
  }

  /// Everybody of the account who can carry policies.
  private func carriers(in account: AccountID) async throws(KMSError) -> [IdentityRecord] {
    var result: [IdentityRecord] = []
    for kind in [IdentityKind.user, .group, .role] { result += try await identities(kind, of: account) }
    return result
  }

  /// All of the kind, in the order of their folded names.
  func identities(
    _ kind: IdentityKind, of account: AccountID
  ) async throws(KMSError) -> [IdentityRecord] {
    var result: [IdentityRecord] = []
    while true {
      let part = try await store.identities(
        kind, of: account, under: "/", after: result.last?.reference.folded, limit: Desk.part)
      for stored in part { result.append(try unseal(stored, .principal)) }
      if part.count < Desk.part { return result }
    }
  }

  private func identities(referringTo id: IdentityID) async throws(KMSError) -> [IdentityRecord] {
    var result: [IdentityRecord] = []
    while true {
      let part = try await store.identities(referringTo: id, after: result.last?.id, limit: Desk.part)
      for stored in part { result.append(try unseal(stored, .principal)) }
      if part.count < Desk.part { return result }
    }
  }

  /// How many identities are read at once.
  private static let part = 500
}
