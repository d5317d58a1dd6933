import KMSDomain
import SigV4
import Synchronization

/// An active access key out of the store, checked, with its owner in the form that decisions need.
final class LoadedAccessKey: LoadedCredential {
  let record: AccessKeyRecord
  let account: AccountID
  let caller: Caller
  /// The last use that was noted.
  private let noted = Mutex<(time: Instant, scope: CredentialScope)?>(nil)

  var id: String { record.id }
  var principal: IdentityID { record.principal }

  init(record: AccessKeyRecord, of account: AccountID, caller: Caller) {
    self.record = record
    self.account = account
    self.caller = caller
  }

  /// Whether a use is worth a note: the last one that had one is old enough, or was elsewhere.
  func isNews(_ time: Instant, _ scope: CredentialScope) -> Bool {
    noted.withLock { noted in
      if let noted, noted.scope == scope, time >= noted.time,
        time < noted.time.advanced(seconds: AccessKeyUse.coarseness)
      {
        return false
      }
      noted = (time, scope)
      return true
    }
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
    return LoadedAccessKey(record: stored.record, of: owner.account, caller: caller)
  }

  private func isSound<Record>(_ stored: Authenticated<Record>) -> Bool {
    authenticator.isValid(stored.code, for: stored.record.canonicalBytes)
  }

  var principals: PrincipalLoader {
    PrincipalLoader(store: store, authenticator: authenticator, vocabulary: vocabulary)
  }
}
