import KMSDomain

/// An active access key out of the store, checked, with its owner in the form that decisions need.
final class LoadedAccessKey: Sendable {
  let record: AccessKeyRecord
  let caller: Caller

  init(record: AccessKeyRecord, caller: Caller) {
    self.record = record
    self.caller = caller
  }
}

/// Reads access keys and believes nothing that it reads without its code.
struct AccessKeyLoader: Sendable {
  let store: any Store
  let authenticator: any RecordAuthenticator
  let vocabulary: any PolicyVocabulary

  /// - Returns: nil when there is no active key of that id.
  /// - Throws: `corrupt` when a record's code or id is wrong, when the owner is gone or its policies don't compile;
  ///   `storeUnavailable`.
  func load(_ id: String) async throws(KMSError) -> LoadedAccessKey? {
    guard let stored = try await store.accessKey(id) else { return nil }
    guard isSound(stored), stored.record.id == id else { throw .corrupt(.accessKey) }
    guard stored.record.isActive else { return nil }
    guard let owner = try await store.principal(stored.record.principal), isSound(owner),
      owner.record.id == stored.record.principal
    else { throw .corrupt(.principal) }
    let caller = try caller(owner.record, credential: id)
    return LoadedAccessKey(record: stored.record, caller: caller)
  }

  private func isSound<Record>(_ stored: Authenticated<Record>) -> Bool {
    authenticator.isValid(stored.code, for: stored.record.canonicalBytes)
  }

  private func caller(_ owner: PrincipalRecord, credential: String) throws(KMSError) -> Caller {
    var policies: [AttachedPolicy] = []
    for policy in owner.policies {
      policies.append(AttachedPolicy(name: policy.name, policy: try compile(policy.document)))
    }
    return Caller(
      account: owner.account, principal: owner.name, principalID: owner.id.text, userName: owner.userName,
      isRoot: owner.isRoot, credential: credential, policies: policies)
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
