package import AdminAPI
package import Hummingbird
import KMSDomain
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
    case (.post, let path):
      guard let route = AdminRoute.all[path] else { throw try await call.refuse(.notFound, operation: "") }
      return try await route.run(request, call)
    default: throw try await call.refuse(.notFound, operation: "")
    }
  }
}

/// What the assembly knows of the server and the engine doesn't: listeners, paths, the log.
package protocol StatusSource: Sendable {
  func report(_ facts: ReadStatus.Answer) async -> StatusReport
}
