package import AdminAPI
import Hummingbird
package import KMSDomain
package import KMSEngine

/// What the door works with. The assembly makes it.
package struct AdminDesk: Sendable {
  let engine: Engine
  let epochs: any EpochCustody & ErasureCustody
  let owner: Caller
  let requestIDs: RequestIDs
  let status: any StatusSource
  let words: any PolicyWords
  /// The one that is meant when a request names none.
  let account: AccountID
  let clients: any ClientCertificates
  let seals: any SealDesk
  /// Host and port where KMIP listens; nil while it doesn't.
  let kmip: @Sendable () -> String?
  /// The file of whom clients trust to vouch for the server; nil where the operator chose the certificate.
  let serverAuthority: String?
  let connection: @Sendable () -> ClientConnection
  /// Below which vaults have their names.
  let azureDomain: String
  /// The work by which a key gets a name in a vault; nil for what can't be a name there.
  let adoption: @Sendable (_ key: KeyReference, _ name: String, _ vault: Vault) -> ObjectWork?
  /// nil in production: then nothing of it exists.
  let development: Development?

  package init(
    engine: Engine, epochs: any EpochCustody & ErasureCustody, owner: Caller, requestIDs: RequestIDs,
    status: any StatusSource,
    words: any PolicyWords, clients: any ClientCertificates, seals: any SealDesk,
    kmip: @escaping @Sendable () -> String?,
    serverAuthority: String?, account: AccountID, connection: @escaping @Sendable () -> ClientConnection,
    azureDomain: String = "claviger.localhost",
    adoption: @escaping @Sendable (KeyReference, String, Vault) -> ObjectWork?, development: Development?
  ) {
    self.adoption = adoption
    self.azureDomain = azureDomain
    self.engine = engine
    self.epochs = epochs
    self.owner = owner
    self.requestIDs = requestIDs
    self.status = status
    self.words = words
    self.clients = clients
    self.seals = seals
    self.kmip = kmip
    self.serverAuthority = serverAuthority
    self.account = account
    self.connection = connection
    self.development = development
  }

  /// What came due by a move of the clock.
  package struct CaughtUp: Sendable {
    let destroyedKeys: Int
    let rotatedKeys: Int
    let expiredKeys: Int

    package init(destroyedKeys: Int, rotatedKeys: Int, expiredKeys: Int) {
      self.destroyedKeys = destroyedKeys
      self.rotatedKeys = rotatedKeys
      self.expiredKeys = expiredKeys
    }
  }

  /// What only a development server offers.
  package struct Development: Sendable {
    let clock: any MovableClock
    let vault: any CredentialVault
    /// For whom further access keys are made.
    let principal: IdentityID
    let newAccessKey: @Sendable () -> IssuedAccessKey
    /// Does at once what came due, and says what it did.
    let catchUp: @Sendable () async throws(KMSError) -> CaughtUp

    package init(
      clock: any MovableClock, vault: any CredentialVault, principal: IdentityID,
      newAccessKey: @escaping @Sendable () -> IssuedAccessKey,
      catchUp: @escaping @Sendable () async throws(KMSError) -> CaughtUp
    ) {
      self.clock = clock
      self.vault = vault
      self.principal = principal
      self.newAccessKey = newAccessKey
      self.catchUp = catchUp
    }
  }

  func origin(_ request: Request) -> RequestOrigin {
    RequestOrigin(
      id: requestIDs.next(), door: "admin", source: "unix", isEncrypted: false,
      userAgent: String((request.headers[.userAgent] ?? "").prefix(AdminDesk.userAgentLimit)))
  }

  private static let userAgentLimit = 256
}
