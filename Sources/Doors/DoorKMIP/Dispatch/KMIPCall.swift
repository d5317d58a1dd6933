import KMSDomain
import KMSEngine
import WireKMIP

/// One message while it is worked on: who asks, in which version, and what the items so far left for those after them. It belongs
/// to one task.
final class KMIPCall {
  let door: KMIPDoor
  let version: KMIPVersion
  let caller: Caller
  let peer: KMIPPeer
  /// Where objects of the client are at home.
  let home: Keyring
  /// See `UniqueIdentifier.placeholder`; the identifier that the last item yielded, if it yielded one.
  var placeholder: String?
  /// What the items so far yielded, each with the operation.
  var yields: [(KMIP.UniqueIdentifierEnum, String)] = []
  /// Whether encryption for which nobody says how authenticates: see `WebDialect`.
  var authenticates = false
  /// What they yielded as data.
  var outputs = BatchOutputs(keeps: false)
  /// What would take back the items so far, the latest last; nil where the client doesn't want that.
  private(set) var undo: [UndoStep]?
  /// What waits until it is sure that nothing is taken back.
  private var finals: [@Sendable () async -> Void] = []
  /// The place of the item under way in the message.
  var item = 0
  /// Where the client wants what the item under way makes; nil: wherever it comes.
  var protection: ProtectionDemand?
  /// What limits the client beside its rights; nil: nothing.
  let ticket: Ticket?
  /// What the ticket lets the item under way do; nil: everything that the client may.
  var limits: TicketLimits?
  /// Who asks on this connection once the answer is given; nil: the client, as before.
  var announcer: Announcer?
  /// For which of its own users the client asks.
  let claim: RequestOrigin.Claim

  init(
    _ door: KMIPDoor, _ version: KMIPVersion, _ caller: Caller, _ peer: KMIPPeer, home: Keyring,
    ticket: Ticket? = nil, claim: RequestOrigin.Claim = .nobody, undoes: Bool = false
  ) {
    self.door = door
    self.version = version
    self.caller = caller
    self.peer = peer
    self.home = home
    self.ticket = ticket
    self.claim = claim
    undo = undoes ? [] : nil
  }

  /// Whether every item must be able to be taken back.
  var undoes: Bool { undo != nil }

  /// Notes how what the item did is taken back; nothing where the client doesn't want that.
  /// - Parameter step: says whether it could be done.
  func canTakeBack(_ step: @escaping @Sendable () async -> Bool) {
    undo?.append(UndoStep(item: item, run: step))
  }

  /// Has something done once nothing of the message can be taken back any more.
  func whenDone(_ final: @escaping @Sendable () async -> Void) { finals.append(final) }

  /// None of that: everything is taken back.
  func drop() { finals = [] }

  /// All of that.
  func finish() async {
    for final in finals { await final() }
    finals = []
  }

  /// Each item is a request of its own for the audit log, which also learns who acts in another's name.
  func origin() -> RequestOrigin {
    let agent = ticket?.bearer.map { "ticket of the caller's, shown by \($0)" }
    return RequestOrigin(
      id: door.requestIDs.next(), door: "kmip", source: peer.source, isEncrypted: true,
      userAgent: agent ?? "", region: home.region, claim: claim)
  }

  /// What is made belongs to whom the client asks for.
  func run(_ work: ObjectWork) async throws(KMIPFault) -> ObjectWork.Answer {
    switch await outcome(of: work) {
    case .success(let answer): return answer
    case .failure(let error): throw KMIPFault(error)
    }
  }

  func outcome(of work: ObjectWork) async -> Result<ObjectWork.Answer, KMSError> {
    guard case .user(let holder) = claim else { return await result(of: work) }
    return await result(of: work.held(by: holder))
  }

  func run<Op: Operation>(_ operation: Op) async throws(KMIPFault) -> Op.Answer {
    switch await outcome(of: operation) {
    case .success(let answer): return answer
    case .failure(let error): throw KMIPFault(error)
    }
  }

  /// For operations to which some failures are answers.
  func outcome<Op: Operation>(of operation: Op) async -> Result<Op.Answer, KMSError> {
    await result(of: operation)
  }

  private func result<Op: Operation>(of operation: Op) async -> Result<Op.Answer, KMSError> {
    do throws(KMIPFault) {
      try await checkLimits()
    } catch {
      return .failure(error.asError)
    }
    do throws(KMSError) {
      return .success(try await door.engine.run(operation, as: caller, in: home.region, from: origin()))
    } catch {
      return .failure(error)
    }
  }

  var now: Instant { door.engine.desk.clock.now() }

  /// An object as the client is told of it.
  func object(_ key: ProtectedKey) -> KMIPObject {
    KMIPObject(key, at: now, leaseTime: door.settings.leaseTime)
  }

  /// Whether the client's version has a tag, an attribute or a value: what it lacks, it isn't sent.
  func knows(_ tag: KMIPTag) -> Bool { KMIPRegistry.isKnown(tag, in: version) }
}

/// How one thing that an item did is taken back.
struct UndoStep: Sendable {
  /// The item's place in the message.
  let item: Int
  let run: @Sendable () async -> Bool
}

/// The other end of a connection.
package struct KMIPPeer: Sendable {
  /// The address without port.
  package let source: String
  /// Of the client's certificate: SHA-256, 32 bytes; nil where it has none.
  package let fingerprint: [UInt8]?
  /// Whether it is on a connection of its own, on which the roles may change.
  let isReversible: Bool

  package init(source: String, fingerprint: [UInt8]?, isReversible: Bool = false) {
    self.source = source
    self.fingerprint = fingerprint
    self.isReversible = isReversible
  }
}
