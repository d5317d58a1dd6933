package import AdminAPI
package import Hummingbird
package import KMSDomain
import KMSSystem

/// What opens a sealed server.
package protocol Unsealer: Sendable {
  func status() -> SealStatus
  /// Takes one share; the last one opens the server.
  func add(_ share: Payload) async throws(SealRefusal) -> SealStatus
  /// Forgets the shares that were handed in.
  func reset() -> SealStatus
}

/// The owner's door of a sealed server: it says how far it is, and takes shares. Everything else waits for the seal.
package struct SealedAdminDoor: HTTPResponder {
  package typealias Context = AdminContext

  private let unsealer: any Unsealer

  package init(_ unsealer: any Unsealer) { self.unsealer = unsealer }

  package func respond(to request: Request, context: AdminContext) async throws -> Response {
    guard try await context.peerUserID() == ThisProcess.effectiveUserID else {
      return try AdminWire.response(AdminRefusal.foreignPeer.fault, status: .forbidden)
    }
    switch (request.method, request.uri.path) {
    case (.post, AdminAPI.sealStatus.path): return try AdminWire.response(unsealer.status())
    case (.post, AdminAPI.resetUnseal.path): return try AdminWire.response(unsealer.reset())
    case (.post, AdminAPI.unseal.path): return try await unseal(request)
    default:
      let fault = AdminFault(code: "sealed", message: "the server is sealed: open it with claviger unseal")
      return try AdminWire.response(fault, status: .serviceUnavailable)
    }
  }

  private func unseal(_ request: Request) async throws -> Response {
    guard let body = await SecretBody(request, upTo: SealedAdminDoor.longestBody),
      case .text(let handed) = body.secret(HandedIn.share)
    else { return try AdminWire.response(SealedAdminDoor.malformed.fault, status: .badRequest) }
    let status: SealStatus
    do throws(SealRefusal) {
      status = try await unsealer.add(handed)
    } catch {
      return try AdminWire.response(
        AdminFault(code: "share", message: error.reason), status: .badRequest)
    }
    return try AdminWire.response(status)
  }

  /// More than a share and the JSON around it.
  private static let longestBody = 4096
  private static let malformed = AdminRefusal.invalidRequest("the body is not what this path expects")
}
