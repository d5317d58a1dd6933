import KMSBytes
import KMSDomain
import KMSEngine
import Synchronization
import WireKMIP

/// What clients asked to be told later (KMIP 2.1 sections 6.1.38 and 9.2): by correlation value, until it is fetched, cancelled or
/// too old.
///
/// What changes something is done at once, whether or not anybody comes for the answer; what only looks, when somebody comes. What waits
/// has only so much room: a request for which there is none isn't taken, and where there is none for an answer, the oldest answers of
/// the same client make way for it.
final class DeferredWork: Sendable {
  typealias Outcome = Result<TTLVDocument, KMIPFault>

  /// One item that is to be answered later.
  final class Item: Sendable {
    let code: UInt32
    let submitted: Instant
    private let share: AnswerRoom.Share
    private let state: Mutex<State>

    private enum State {
      /// What it takes goes away once it is done.
      case submitted(@Sendable () async -> Outcome)
      case running(Task<Outcome, Never>)
      case completed(Task<Outcome, Never>)
    }

    init(
      _ code: UInt32, at now: Instant, _ share: AnswerRoom.Share,
      work: @escaping @Sendable () async -> Outcome
    ) {
      self.code = code
      submitted = now
      self.share = share
      state = Mutex(.submitted(work))
    }

    /// Begins it, if it hasn't begun.
    @discardableResult
    func start() -> Task<Outcome, Never> {
      state.withLock { state in
        switch state {
        case .running(let task), .completed(let task): return task
        case .submitted(let work):
          let task = Task { [weak self] in
            let outcome = await work()
            self?.complete()
            return outcome
          }
          state = .running(task)
          return task
        }
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

  static let room = AnswerRoom.Limits(perClient: 8 << 20, inAll: 64 << 20)

  private let items = Correlations<Item>(.init(perClient: 64, inAll: 4096, lifetime: 600))
  private let room: AnswerRoom

  init(room: AnswerRoom.Limits = DeferredWork.room) { self.room = AnswerRoom(room) }

  /// - Returns: the correlation value.
  /// - Throws: `serverLimitExceeded` when the client waits for more than it may.
  func accept(
    _ item: RequestMessage.Item, _ operation: any KMIPOperation.Type, _ call: KMIPCall
  ) throws(KMIPFault) -> [UInt8] {
    let (payload, later, share) = (
      try DeferredWork.copy(of: item.payload), call.later, room.share(for: call.caller)
    )
    guard share.hold(payload.footprint) else { throw .noRoom }
    let deferred = Item(item.code, at: call.now, share) { [self] in
      let outcome = await DeferredWork.outcome(of: operation, payload.root, later.call())
      return fitting(outcome, into: share, later)
    }
    guard let value = items.keep(deferred, for: call.caller, at: call.now) else { throw .noRoom }
    if operation.deferral == .work { deferred.start() }
    return value.bytes
  }

  /// By itself: the message that it came in may have much more in it.
  private static func copy(of payload: TTLVItem) throws(KMIPFault) -> TTLVDocument {
    var writer = TTLVWriter(capacity: payload.byteCount + 8)
    writer.copy(payload)
    do throws(TTLVError) {
      return try TTLVDocument(writer.finish(), limits: KMIPDoor.limits)
    } catch {
      throw .malformed("The payload")
    }
  }

  /// The answer, if there is room for it once older ones have made way.
  private func fitting(_ outcome: Outcome, into share: AnswerRoom.Share, _ later: LaterCall) -> Outcome {
    guard case .success(let answer) = outcome else {
      _ = share.hold(0)
      return outcome
    }
    while !share.hold(answer.footprint) {
      guard dropOldestAnswer(of: later) else {
        return .failure(KMIPFault(.serverLimitExceeded, "The answer is larger than what the server keeps."))
      }
    }
    return outcome
  }

  /// - Returns: false where no answer of the client's waits.
  private func dropOldestAnswer(of later: LaterCall) -> Bool {
    let now = later.door.engine.desk.clock.now()
    let finished = items.all(for: later.caller, at: now).filter { $0.1.stage == .completed }
    guard let oldest = finished.min(by: { $0.1.submitted < $1.1.submitted }) else { return false }
    return items.take(oldest.0, for: later.caller, at: now) != nil
  }

  /// Bytes that everything takes that waits.
  var taken: Int { room.taken }

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
  fileprivate static let noRoom = KMIPFault(
    .serverLimitExceeded, "The client waits for as many answers as it may.")

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
  let limits: TicketLimits?
  let protection: ProtectionDemand?

  func call() -> KMIPCall {
    let call = KMIPCall(door, version, caller, peer, home: home, ticket: ticket, claim: claim)
    call.placeholder = placeholder
    call.yields = yields
    call.limits = limits
    call.protection = protection
    return call
  }
}

extension KMIPCall {
  var later: LaterCall {
    LaterCall(
      door: door, version: version, caller: caller, peer: peer, home: home, ticket: ticket,
      claim: claim, placeholder: placeholder, yields: yields, limits: limits,
      protection: protection)
  }

  /// For what follows of itself from what the client was allowed: taking it back, or ending it. A ticket that is limited to some
  /// objects can't name those that its bearer has just made.
  var sequel: LaterCall {
    LaterCall(
      door: door, version: version, caller: caller, peer: peer, home: home, ticket: ticket,
      claim: claim, placeholder: placeholder, yields: yields, limits: nil,
      protection: nil)
  }
}
