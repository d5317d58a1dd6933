import KMSDomain

/// An application out of the store, checked, with its owner in the form that decisions need.
final class LoadedApplication: LoadedCredential {
  let record: Application
  let caller: Caller

  var id: GUID { record.clientID }
  var principal: IdentityID { record.owner }
  var account: AccountID { record.account }

  init(_ record: Application, caller: Caller) {
    self.record = record
    self.caller = caller
  }
}

/// Finds applications with their owners.
struct ApplicationLoader: Sendable {
  let principals: PrincipalLoader

  /// - Returns: nil when there is none.
  func load(_ id: GUID) async throws(KMSError) -> LoadedApplication? {
    guard let stored = try await principals.store.application(id) else { return nil }
    let record = stored.record
    guard principals.authenticator.isValid(stored.code, for: record.canonicalBytes), record.clientID == id
    else { throw .corrupt(.application) }
    // Who has an application can't be removed.
    guard let owner = try await principals.record(record.owner), owner.account == record.account else {
      throw .corrupt(.principal)
    }
    return LoadedApplication(
      record, caller: try await principals.caller(owner, credential: record.clientID.text))
  }
}
