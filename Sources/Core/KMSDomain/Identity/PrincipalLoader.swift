import KMSDomain

/// Reads identities with everything that decisions about them need, and believes nothing that it reads without its code.
struct PrincipalLoader: Sendable {
  let store: any Store
  let authenticator: any RecordAuthenticator
  let vocabulary: any PolicyVocabulary

  /// - Returns: nil when there is none of that id.
  /// - Throws: `corrupt`, `storeUnavailable`.
  func record(_ id: IdentityID) async throws(KMSError) -> IdentityRecord? {
    guard let stored = try await store.identity(id) else { return nil }
    guard authenticator.isValid(stored.code, for: stored.record.canonicalBytes), stored.record.id == id else {
      throw .corrupt(.principal)
    }
    return stored.record
  }

  /// A user or the root, who signs with a long-term access key.
  func caller(_ owner: IdentityRecord, credential: String) async throws(KMSError) -> Caller {
    Caller(
      account: owner.account, principal: vocabulary.name(of: owner), principalID: owner.id.text,
      userName: owner.kind == .user ? owner.name : nil, isRoot: owner.kind == .root, credential: credential,
      policies: try await policies(of: owner), boundary: try await boundary(of: owner), tags: owner.tags)
  }

  /// Its own, those attached to it, and those of its groups.
  func policies(of owner: IdentityRecord) async throws(KMSError) -> [AttachedPolicy] {
    var result = try await policies(of: owner.carried)
    guard case .user(let user) = owner.body else { return result }
    for id in user.groups {
      // What is referred to can't be removed.
      guard let group = try await record(id) else { throw .corrupt(.principal) }
      for policy in try await policies(of: group.carried) {
        result.append(AttachedPolicy(name: "\(group.name)/\(policy.name)", policy: policy.policy))
      }
    }
    return result
  }

  func boundary(of owner: IdentityRecord) async throws(KMSError) -> AttachedPolicy? {
    guard let boundary = owner.carried.boundary else { return nil }
    return try await policy(boundary)
  }

  private func policies(of carried: IdentityRecord.Carried) async throws(KMSError) -> [AttachedPolicy] {
    var result: [AttachedPolicy] = []
    for policy in carried.inline {
      result.append(AttachedPolicy(name: policy.name, policy: try compile(policy.document)))
    }
    for reference in carried.attached { result.append(try await policy(reference)) }
    return result
  }

  /// A policy that stands by itself, in the version that is in force.
  func policy(_ reference: IdentityRecord.PolicyReference) async throws(KMSError) -> AttachedPolicy {
    switch reference {
    case .builtIn(let name):
      guard let document = vocabulary.builtInPolicy(name) else { throw .corrupt(.policy) }
      return AttachedPolicy(name: name, policy: try compile(document))
    case .own(let id):
      guard let record = try await record(id), case .policy(let policy) = record.body,
        let current = policy.current
      else { throw .corrupt(.policy) }
      return AttachedPolicy(name: vocabulary.name(of: record), policy: try compile(current.document))
    }
  }

  /// What was stored had been compiled once before: if it can't be now, a caller without that policy would be somebody
  /// else.
  private func compile(_ document: [UInt8]) throws(KMSError) -> Policy {
    do throws(KMSError) {
      return try vocabulary.compile(document, as: .identity)
    } catch {
      throw .corrupt(.policy)
    }
  }
}
