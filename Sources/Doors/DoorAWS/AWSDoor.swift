import KMSDomain
package import KMSEngine
package import KMSIdentity
package import NetKit
import SigV4

/// The AWS KMS API (JSON 1.1 over one path) and the caller's identity from STS, on both lanes.
///
/// Order of judgement: the operation's name, the signature, the body, then the engine. Whatever is refused on the way is
/// recorded before the refusal leaves.
package struct AWSDoor: Sendable {
  let engine: Engine
  let identity: AccessKeyAuthenticator
  let requestIDs: RequestIDs
  let limits: HTTPLimits

  package init(
    engine: Engine, identity: AccessKeyAuthenticator, requestIDs: RequestIDs, limits: HTTPLimits
  ) {
    self.engine = engine
    self.identity = identity
    self.requestIDs = requestIDs
    self.limits = limits
  }
}

// MARK: - The ordinary lane

extension AWSDoor {
  /// Answers one request whose body has been collected.
  package func respond(_ request: WireRequest) async -> WireResponse {
    let received = ReceivedRequest(request, requestIDs.next())
    let route = Route(received)
    do throws(AWSError) {
      return try await answer(received, route)
    } catch {
      return received.isQuery
        ? QueryResponse.failure(error, route.queryService, received.origin.id)
        : AWSResponse.failure(error, received.origin.id)
    }
  }

  private func answer(_ received: ReceivedRequest, _ route: Route) async throws(AWSError) -> WireResponse {
    guard route.mayBeSigned else { throw try await refuse(.unknownOperation, route, nil, received) }
    let call: AWSCall
    switch await authenticate(received, service: route.service) {
    case .success(let proved): call = proved
    case .failure(let error): throw try await refuse(error, route, nil, received)
    }
    switch route {
    case .operation(let handler):
      return AWSResponse.success(try await handler.run(received.body, call, engine), received.origin.id)
    case .query(let handler): return try await handler.run(received.body, call, engine)
    case .unknown, .malformed:
      throw try await refuse(.unknownOperation, route, call.caller, received)
    }
  }

  /// Records the refusal, and gives it back to be thrown.
  private func refuse(
    _ error: AWSError, _ route: Route, _ caller: Caller?, _ received: ReceivedRequest
  ) async throws(AWSError) -> AWSError {
    do throws(KMSError) {
      try await engine.reject(error.type, operation: route.name, as: caller, from: received.origin)
      return error
    } catch {
      throw AWSError(error)
    }
  }

  private func authenticate(
    _ received: ReceivedRequest, service: String
  ) async -> Result<AWSCall, AWSError> {
    do throws(IdentityError) {
      let proved = try await identity.authenticate(received.signed, from: received.origin.source)
      return AWSCall.from(proved, service: service, received.origin)
    } catch {
      if case .fault(let fault) = error { engine.note(fault, received.origin) }
      return .failure(AWSError(error))
    }
  }
}
