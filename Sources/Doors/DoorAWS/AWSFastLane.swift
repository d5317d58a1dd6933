import KMSDomain
import KMSEngine
import KMSIdentity
package import NetKit

extension AWSDoor: FastLane {
  package func turn() -> any FastTurn { AWSFastTurn(self) }
}

/// The hot operations of one event loop. Same decoding, work and encoding as in the ordinary lane; only nothing waits.
private final class AWSFastTurn: FastTurn {
  private let door: AWSDoor
  private var records: [AuditRecord] = []

  init(_ door: AWSDoor) { self.door = door }

  func answer(_ request: WireRequest) -> FastAnswer? {
    guard request.method == "POST", request.target == "/" else { return nil }
    let received = ReceivedRequest(request, door.requestIDs.next())
    guard let target = received.target, let operation = Catalogue.hot[target] else { return nil }
    let call: AWSCall
    switch warmCall(received) {
    case .warm(let warm): call = warm
    case .turnedAway: return .now(AWSResponse.failure(.throttled, received.origin.id))
    case .cold: return nil
    }
    guard let answer = operation.attempt(received.body, call, door.engine) else { return nil }
    switch answer {
    case .recorded(let answer):
      records.append(answer.record)
      return .now(answer.response)
    case .counted(let response): return .now(response)
    case .slow(let work): return .later(work)
    }
  }

  private enum Caller {
    case warm(AWSCall)
    /// Nobody whom this server knows, and one of a flood: counted already.
    case turnedAway
    /// Also a request that is refused: the ordinary lane finds the same fault and records it.
    case cold
  }

  private func warmCall(_ received: ReceivedRequest) -> Caller {
    do throws(IdentityError) {
      guard
        let proved = try door.identity.authenticateWarm(received.signed, from: received.origin.source),
        let call = try? AWSCall.from(proved, service: "kms", received.origin).get()
      else { return .cold }
      return .warm(call)
    } catch {
      guard error == .throttled, door.engine.countsRejection(from: received.origin) else { return .cold }
      door.identity.countTurnedAway()
      return .turnedAway
    }
  }

  func commit() -> Bool {
    let ended = records
    records = []
    records.reserveCapacity(ended.count)
    do throws(KMSError) {
      try door.engine.commit(ended)
      return true
    } catch {
      return false  // the log has reported its fault
    }
  }

  func unrecorded() -> WireResponse {
    AWSResponse.failure(AWSError(KMSError.auditUnavailable), door.requestIDs.next())
  }
}

@available(*, unavailable)
extension AWSFastTurn: Sendable {}
