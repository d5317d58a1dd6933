package import AdminAPI
package import Hummingbird
package import KMSDomain
package import KMSEngine
import KMSSystem

/// The owner's door: a Unix socket in the data directory. Whoever runs as the server's own user is its owner; nobody else
/// gets an answer.
package struct AdminDoor: HTTPResponder {
  package typealias Context = AdminContext

  private let desk: AdminDesk

  package init(_ desk: AdminDesk) { self.desk = desk }

  package func respond(to request: Request, context: AdminContext) async throws -> Response {
    let call = AdminCall(desk, from: desk.origin(request))
    do {
      try await requireOwner(context, call)
      return try await route(request, call)
    } catch let refusal as AdminRefusal {
      return try AdminWire.response(refusal.fault, status: refusal.status)
    } catch let error as KMSError {
      return try AdminWire.response(AdminWire.fault(error), status: AdminWire.status(error))
    }
  }

  private func requireOwner(_ context: AdminContext, _ call: AdminCall) async throws {
    guard try await context.peerUserID() == ThisProcess.effectiveUserID else {
      throw try await call.refuse(.foreignPeer, operation: "")
    }
  }

  private func route(_ request: Request, _ call: AdminCall) async throws -> Response {
    switch (request.method, request.uri.path) {
    case (.get, AdminAPI.status): return try AdminWire.response(try await call.status())
    case (.post, AdminAPI.advanceClock): return try AdminWire.response(try await call.advanceClock(request))
    case (.post, AdminAPI.accessKeys): return try AdminWire.response(try await call.issueAccessKey())
    default: throw try await call.refuse(.notFound, operation: "")
    }
  }
}

/// What the door works with. The assembly makes it.
package struct AdminDesk: Sendable {
  let engine: Engine
  let owner: Caller
  let requestIDs: RequestIDs
  let status: any StatusSource
  /// nil in production: then nothing of it exists.
  let development: Development?

  package init(
    engine: Engine, owner: Caller, requestIDs: RequestIDs, status: any StatusSource,
    development: Development?
  ) {
    self.engine = engine
    self.owner = owner
    self.requestIDs = requestIDs
    self.status = status
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

  fileprivate func origin(_ request: Request) -> RequestOrigin {
    RequestOrigin(
      id: requestIDs.next(), door: "admin", source: "unix", isEncrypted: false,
      userAgent: String((request.headers[.userAgent] ?? "").prefix(AdminDesk.userAgentLimit)))
  }

  private static let userAgentLimit = 256
}

/// What the assembly knows of the server and the engine doesn't: listeners, paths, the log.
package protocol StatusSource: Sendable {
  func report(_ facts: ReadStatus.Answer) async -> StatusReport
}
