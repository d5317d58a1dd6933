import KMSBytes
import KMSDomain
import KMSEngine
import Synchronization
import WireKMIP

/// What clients asked to be told later (KMIP 2.1 sections 6.1.38 and 9.2): by correlation value, until it is fetched, cancelled or
/// too old.
///
/// What changes something is done at once, whether or not anybody comes for the answer; what only looks, when somebody comes.
final class DeferredWork: Sendable {
  typealias Outcome = Result<TTLVDocument, KMIPFault>

  /// One item that is to be answered later.
  final class Item: Sendable {
    let code: UInt32
    let submitted: Instant
    private let work: @Sendable () async -> Outcome
    private let state: Mutex<State>

    private enum State {
      case submitted
      case running(Task<Outcome, Never>)
      case completed(Task<Outcome, Never>)
    }

    init(_ code: UInt32, at now: Instant, work: @escaping @Sendable () async -> Outcome) {
      self.code = code
      submitted = now
      self.work = work
      state = Mutex(.submitted)
    }

    /// Begins it, if it hasn't begun.
    @discardableResult
    func start() -> Task<Outcome, Never> {
      state.withLock { state in
        switch state {
        case .running(let task), .completed(let task): return task
        case .submitted: break
        }
        let task = Task {
          let outcome = await self.work()
          self.complete()
          return outcome
        }
        state = .running(task)
        return task
      }
    }

    private func complete() {
      state.withLock { state in
        if case .running(let task) = state { state = .completed(task) }
      }
    }

    var stage: KMIP.ProcessingStage {
      state.withLock { state in
        switch state {
        case .submitted: .submitted
        case .running: .inProcess
        case .completed: .completed
        }
      }
    }
  }

  private let items = Correlations<Item>(.init(perClient: 64, inAll: 4096, lifetime: 600))

  /// - Returns: the correlation value.
  /// - Throws: `serverLimitExceeded` when the client waits for more than it may.
  func accept(
    _ item: RequestMessage.Item, _ operation: any KMIPOperation.Type, _ call: KMIPCall
  ) throws(KMIPFault) -> [UInt8] {
    let (payload, later) = (item.payload, call.later)
    let deferred = Item(item.code, at: call.now) {
      await DeferredWork.outcome(of: operation, payload, later.call())
    }
    guard let value = items.keep(deferred, for: call.caller, at: call.now)
    else {
      throw KMIPFault(.serverLimitExceeded, "The client waits for as many answers as it may.")
    }
    if operation.deferral == .work { deferred.start() }
    return value.bytes
  }

  private static func outcome(
    of operation: any KMIPOperation.Type, _ payload: TTLVItem, _ call: KMIPCall
  ) async -> Outcome {
    var writer = TTLVWriter()
    let mark = writer.open(.responsePayload)
    do throws(KMIPFault) {
      try await operation.run(payload, call, into: &writer)
    } catch {
      return .failure(error)
    }
    writer.close(mark)
    do throws(TTLVError) {
      return .success(try TTLVDocument(writer.finish(), limits: KMIPDoor.limits))
    } catch {
      return .failure(KMIPFault(.generalFailure, "The answer is too large."))
    }
  }

  /// The answer, once it is there; the value is used up.
  func poll(_ payload: TTLVItem, _ call: KMIPCall) async throws(KMIPFault) -> (code: UInt32, Outcome) {
    let item = try take(try DeferredWork.value(payload), call)
    return (item.code, await item.start().value)
  }

  /// What has begun goes on, and its answer can still be fetched.
  func cancel(_ value: [UInt8], _ call: KMIPCall) throws(KMIPFault) -> KMIP.CancellationResult {
    switch try item(value, call).stage {
    case .submitted:
      _ = try take(value, call)
      return .canceled
    case .inProcess: return .unableToCancel
    case .completed: return .completed
    }
  }

  /// Does it now; its answer is still to be fetched.
  func process(_ value: [UInt8], _ call: KMIPCall) async throws(KMIPFault) {
    _ = try await item(value, call).start().value
  }

  private func item(_ value: [UInt8], _ call: KMIPCall) throws(KMIPFault) -> Item {
    guard let found = all(of: call).first(where: { $0.value.bytes == value }) else { throw .noAnswer }
    return found.item
  }

  func all(of call: KMIPCall) -> [(value: Bits128, item: Item)] {
    items.all(for: call.caller, at: call.now).map { (value: $0, item: $1) }
  }

  static func value(_ payload: TTLVItem) throws(KMIPFault) -> [UInt8] {
    guard let value = payload[.asynchronousCorrelationValue]?.byteString else {
      throw .missing("The asynchronous correlation value")
    }
    return value
  }

  private func take(_ value: [UInt8], _ call: KMIPCall) throws(KMIPFault) -> Item {
    guard value.count == 16, let bits = Bits128(value.span),
      let item = items.take(bits, for: call.caller, at: call.now)
    else { throw .noAnswer }
    return item
  }
}

extension KMIPFault {
  fileprivate static let noAnswer = KMIPFault(
    .invalidAsynchronousCorrelationValue, "Nobody waits for an answer by this value.")
}

/// What a call has, to go on with it elsewhere.
struct LaterCall: Sendable {
  let door: KMIPDoor
  let version: KMIPVersion
  let caller: Caller
  let peer: KMIPPeer
  let home: Keyring
  let ticket: Ticket?
  let claim: RequestOrigin.Claim
  let placeholder: String?
  let yields: [(KMIP.UniqueIdentifierEnum, String)]

  func call() -> KMIPCall {
    let call = KMIPCall(door, version, caller, peer, home: home, ticket: ticket, claim: claim)
    call.placeholder = placeholder
    call.yields = yields
    return call
  }
}

extension KMIPCall {
  var later: LaterCall {
    LaterCall(
      door: door, version: version, caller: caller, peer: peer, home: home, ticket: ticket,
      claim: claim, placeholder: placeholder, yields: yields)
  }
}
