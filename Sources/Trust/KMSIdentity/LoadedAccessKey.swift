import KMSDomain

/// An active access key out of the store, checked, with its owner in the form that decisions need.
final class LoadedAccessKey: LoadedCredential {
  let record: AccessKeyRecord
  let caller: Caller

  var id: String { record.id }
  var principal: IdentityID { record.principal }

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
    guard let owner = try await principals.record(stored.record.principal) else { throw .corrupt(.principal) }
    let caller = try await principals.caller(owner, credential: id)
    return LoadedAccessKey(record: stored.record, caller: caller)
  }

  private func isSound<Record>(_ stored: Authenticated<Record>) -> Bool {
    authenticator.isValid(stored.code, for: stored.record.canonicalBytes)
  }

  var principals: PrincipalLoader {
    PrincipalLoader(store: store, authenticator: authenticator, vocabulary: vocabulary)
  }
}
