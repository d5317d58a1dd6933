package import KMSDomain

/// An operation on one application. The right is asked for its owner; for one that isn't there, for the account as a whole.
package protocol ApplicationWork: Operation where Prepared == FoundApplication {
  var action: Action { get }
  var account: AccountID { get }
  var clientID: GUID { get }
}

extension ApplicationWork {
  package var asked: Asked { Asked(action, named: clientID.text) }

  package func prepare(_ desk: Desk) async throws(KMSError) -> FoundApplication {
    try await desk.application(clientID, in: account)
  }

  package func demands(_ prepared: FoundApplication, _ desk: Desk) -> Demands {
    Demands(Demand(action, on: prepared.resource, named: clientID.text))
  }
}

/// An application that a caller named, as far as it is there.
package struct FoundApplication: Sendable {
  /// nil when the account has none of that id.
  let found: OwnedApplication?
  let resource: ProtectedResource
  let id: GUID

  /// - Throws: `identity(.applicationNotFound)`.
  func present() throws(KMSError) -> OwnedApplication {
    guard let found else { throw .identity(.applicationNotFound(id.text)) }
    return found
  }
}

/// An application with whoever it acts as.
package struct OwnedApplication: Sendable {
  package let application: Application
  package let owner: IdentityRecord
}

extension Desk {
  /// - Throws: `corrupt`, `storeUnavailable`; not for one that isn't there.
  func application(_ id: GUID, in account: AccountID) async throws(KMSError) -> FoundApplication {
    let absent = FoundApplication(found: nil, resource: .account(account), id: id)
    guard let stored = try await store.application(id) else { return absent }
    let owned = try await self.owned(stored)
    guard owned.application.clientID == id else { throw .corrupt(.application) }
    guard owned.application.account == account else { return absent }
    return FoundApplication(
      found: owned, resource: .identity(try await resource(of: owned.owner)), id: id)
  }

  func owned(_ stored: Authenticated<Application>) async throws(KMSError) -> OwnedApplication {
    let application = try unseal(stored, .application)
    let owner = try await identity(application.owner)
    guard owner.account == application.account else { throw .corrupt(.application) }
    return OwnedApplication(application: application, owner: owner)
  }
}
