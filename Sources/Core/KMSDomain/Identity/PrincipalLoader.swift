/// Reads identities with everything that decisions about them need, and believes nothing that it reads without its code.
package struct PrincipalLoader: Sendable {
  package let store: any Store
  package let authenticator: any RecordAuthenticator
  package let vocabulary: any PolicyVocabulary

  package init(
    store: any Store, authenticator: any RecordAuthenticator, vocabulary: any PolicyVocabulary
  ) {
    self.store = store
    self.authenticator = authenticator
    self.vocabulary = vocabulary
  }

  /// - Returns: nil when there is none of that id.
  /// - Throws: `corrupt`, `storeUnavailable`.
  package func record(_ id: IdentityID) async throws(KMSError) -> IdentityRecord? {
    guard let stored = try await store.identity(id) else { return nil }
    guard authenticator.isValid(stored.code, for: stored.record.canonicalBytes), stored.record.id == id else {
      throw .corrupt(.principal)
    }
    return stored.record
  }

  /// - Returns: nil when there is none of that name.
  package func record(named name: IdentityName) async throws(KMSError) -> IdentityRecord? {
    guard let stored = try await store.identity(named: name) else { return nil }
    guard authenticator.isValid(stored.code, for: stored.record.canonicalBytes),
      stored.record.reference.folded == name.folded, stored.record.kind == name.kind,
      stored.record.account == name.account
    else { throw .corrupt(.principal) }
    return stored.record
  }

  /// Whoever signs with a credential of the principal: a user, a role or the root.
  package func caller(_ owner: IdentityRecord, credential: String) async throws(KMSError) -> Caller {
    Caller(
      account: owner.account, principal: vocabulary.name(of: owner), principalID: owner.id.text,
      userName: owner.kind == .user ? owner.name : nil, isRoot: owner.kind == .root, credential: credential,
      policies: try await policies(of: owner).map(\.attached),
      boundary: try await boundary(of: owner)?.attached, tags: owner.tags)
  }

  /// Its own, those attached to it, and those of its groups.
  package func policies(of owner: IdentityRecord) async throws(KMSError) -> [LoadedPolicy] {
    var result = try await carried(by: owner)
    guard case .user(let user) = owner.body else { return result }
    for id in user.groups {
      // What is referred to can't be removed.
      guard let group = try await record(id) else { throw .corrupt(.principal) }
      result += try await carried(by: group)
    }
    return result
  }

  package func boundary(of owner: IdentityRecord) async throws(KMSError) -> LoadedPolicy? {
    guard let boundary = owner.carried.boundary else { return nil }
    return try await policy(boundary, carriedBy: owner)
  }

  private func carried(by carrier: IdentityRecord) async throws(KMSError) -> [LoadedPolicy] {
    var result: [LoadedPolicy] = []
    for policy in carrier.carried.inline {
      result.append(
        LoadedPolicy(
          attached: AttachedPolicy(name: carrier.prefix + policy.name, policy: try compile(policy.document)),
          document: policy.document, source: .inline(carrier)))
    }
    for reference in carrier.carried.attached {
      result.append(try await policy(reference, carriedBy: carrier))
    }
    return result
  }

  /// A policy that stands by itself, in the version that is in force.
  package func policy(
    _ reference: IdentityRecord.PolicyReference, carriedBy carrier: IdentityRecord? = nil
  ) async throws(KMSError) -> LoadedPolicy {
    let (name, document): (String, [UInt8])
    switch reference {
    case .builtIn(let builtIn):
      guard let found = vocabulary.builtInPolicy(builtIn) else { throw .corrupt(.policy) }
      (name, document) = (builtIn, found)
    case .own(let id):
      guard let record = try await record(id), case .policy(let policy) = record.body,
        let current = policy.current
      else { throw .corrupt(.policy) }
      (name, document) = (vocabulary.name(of: record), current.document)
    }
    return LoadedPolicy(
      attached: AttachedPolicy(name: (carrier?.prefix ?? "") + name, policy: try compile(document)),
      document: document, source: .standing(reference))
  }

  /// What was stored had been compiled once before: if it can't be now, a caller without that policy would be somebody
  /// else.
  package func compile(_ document: [UInt8], as kind: PolicyKind = .identity) throws(KMSError) -> Policy {
    do throws(KMSError) {
      return try vocabulary.compile(document, as: kind)
    } catch {
      throw .corrupt(.policy)
    }
  }
}

/// A policy of a principal with the document that it was made of.
package struct LoadedPolicy: Sendable {
  package enum Source: Sendable {
    /// Part of the identity that carries it.
    case inline(IdentityRecord)
    case standing(IdentityRecord.PolicyReference)
  }

  package let attached: AttachedPolicy
  package let document: [UInt8]
  package let source: Source
}

extension IdentityRecord {
  /// What the names of its policies begin with where they are told: those of a group are called after it.
  fileprivate var prefix: String {
    switch kind {
    case .group: name + "/"
    case .root, .user, .role, .policy, .provider: ""
    }
  }
}
