import KMSDomain
import KMSEngine
import NetKit

/// One piece of work in the engine and what is answered to it: what hot operations are in both lanes. It has read its request when it is
/// made, and never waits.
protocol HotWork: Sendable {
  associatedtype Work: Operation

  var work: Work { get }
  var subject: VaultSubject { get }
  func answer(_ result: Work.Answer, _ call: VaultCall) throws(AzureError) -> VaultAnswer
  /// What went wrong in the engine, in Azure's words. It may be an answer too.
  func answer(failing error: KMSError, _ call: VaultCall) throws(AzureError) -> VaultAnswer
}

extension HotWork {
  func answer(failing error: KMSError, _ call: VaultCall) throws(AzureError) -> VaultAnswer {
    throw AzureError(error, about: subject, in: call)
  }

  /// The ordinary lane.
  func run(_ call: VaultCall) async throws(AzureError) -> VaultAnswer {
    let result: Work.Answer
    do throws(KMSError) {
      result = try await call.engine.run(work, as: call.caller, in: call.vault.home.region, from: call.origin)
    } catch {
      return try await told(error, call)
    }
    return try answer(result, call)
  }

  /// Only whoever has the right hears that there is nothing of a name.
  private func told(_ error: KMSError, _ call: VaultCall) async throws(AzureError) -> VaultAnswer {
    if case .keyNotFound = error { throw await call.told(error, of: work, about: subject) }
    return try answer(failing: error, call)
  }

  /// The fast lane. Exists once for each kind of work, with its types.
  /// - Returns: nil for the ordinary one, which counts it against the limits of the vault then.
  func attempt(_ call: VaultCall, _ headers: VaultHeaders) -> VaultAttempt? {
    let region = call.vault.home.region
    let attempted = call.engine.attempt(
      work, as: call.caller, in: region, from: call.origin, admitting: { VaultLimit.admits(call) })
    guard let settled = attempted else {
      guard call.engine.isSlow(work), VaultLimit.admits(call) else { return nil }
      return .slow { later(call, headers, $0) }
    }
    let response = response(settled.result.map { $0.answer }, call, headers)
    return settled.isCounted ? .counted(response) : .recorded(response, settled.record)
  }

  private func later(
    _ call: VaultCall, _ headers: VaultHeaders, _ reply: @escaping @Sendable (WireResponse) -> Void
  ) {
    call.engine.runSlowly(work, as: call.caller, in: call.vault.home.region, from: call.origin) { result in
      // What was warm may be gone meanwhile.
      guard case .failure(.keyNotFound(let name)) = result else {
        return reply(response(result, call, headers))
      }
      Task {
        reply(headers.response(await call.told(.keyNotFound(name), of: work, about: subject)))
      }
    }
  }

  private func response(
    _ result: Result<Work.Answer, KMSError>, _ call: VaultCall, _ headers: VaultHeaders
  ) -> WireResponse {
    do throws(AzureError) {
      switch result {
      case .success(let result): return headers.response(try answer(result, call))
      case .failure(let error): return headers.response(try answer(failing: error, call))
      }
    } catch {
      return headers.response(error)
    }
  }
}

/// What the short way makes of a request.
enum VaultAttempt {
  /// The answer may leave once the record is written.
  case recorded(WireResponse, AuditRecord)
  /// A refusal, one of many that share a record.
  case counted(WireResponse)
  /// It takes its time, off the event loop, and is recorded when it replies.
  case slow((_ reply: @escaping @Sendable (WireResponse) -> Void) -> Void)
}
