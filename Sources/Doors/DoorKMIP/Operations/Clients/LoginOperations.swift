import KMSDomain
import KMSEngine
import WireKMIP

/// A ticket by which its holder is who asks now (KMIP 2.1 section 6.1.30).
struct LoginOperation: KMIPOperation {
  static let code = KMIP.Operation.login
  static let deferral = Deferral.never

  static func run(
    _ payload: TTLVItem, _ call: KMIPCall, into output: inout TTLVWriter
  ) async throws(KMIPFault) {
    let terms = try Tickets.Terms(payload, call.now)
    try await call.note("Login", .login)
    try call.issue(nil, terms, into: &output)
  }
}

/// The same with fewer rights, for somebody else (KMIP 2.1 section 6.1.12).
struct DelegatedLoginOperation: KMIPOperation {
  static let code = KMIP.Operation.delegatedLogin
  static let deferral = Deferral.never

  static func run(
    _ payload: TTLVItem, _ call: KMIPCall, into output: inout TTLVWriter
  ) async throws(KMIPFault) {
    guard let given = payload[.rights] else { throw .missing("The rights") }
    var rights: [Ticket.Right] = []
    for item in given.all(.right) { rights.append(try Ticket.Right(item)) }
    let terms = try Tickets.Terms(payload, call.now)
    try await call.note("DelegatedLogin", .delegateLogin)
    try call.issue(rights, terms, into: &output)
  }
}

/// Ends a ticket (KMIP 2.1 section 6.1.31).
struct LogoutOperation: KMIPOperation {
  static let code = KMIP.Operation.logout
  static let deferral = Deferral.never

  static func run(
    _ payload: TTLVItem, _ call: KMIPCall, into output: inout TTLVWriter
  ) async throws(KMIPFault) {
    let value = try Authentication.ticket(payload)
    try call.door.tickets.giveBack(value, call.caller, call.door.engine.desk)
  }
}

extension KMIPCall {
  /// - Parameter rights: nil: all that the caller has.
  fileprivate func issue(
    _ rights: [Ticket.Right]?, _ terms: Tickets.Terms, into output: inout TTLVWriter
  ) throws(KMIPFault) {
    // Whoever acts by a ticket can't get another one with more than that has.
    guard ticket?.rights == nil else {
      throw KMIPFault(.permissionDenied, "A ticket with limited rights gives no tickets.")
    }
    let owner = Ticket.Owner(
      account: caller.account, principalID: caller.principalID, fingerprint: peer.fingerprint)
    let value = try door.tickets.issue(Ticket(owner: owner, rights: rights), terms, door.engine.desk)
    output.structure(.ticket) { output in
      output.enumeration(KMIP.TicketType.login)
      output.byteString(.ticketValue, value)
    }
  }
}

extension Tickets.Terms {
  /// A lease time of zero is none; limits of use are counted in requests.
  fileprivate init(_ payload: TTLVItem, _ now: Instant) throws(KMIPFault) {
    let count = payload[.requestCount]?.integer
    guard count.map({ $0 > 0 }) ?? true else {
      throw KMIPFault(.invalidField, "The request count isn't one.")
    }
    guard payload[.usageLimits] == nil else { throw .unsupported("A usage limit of a ticket") }
    requests = count.map(Int.init)
    if let end = payload[.leaseTime]?.instant {
      lifetime = max(0, end.seconds - now.seconds)
    } else {
      lifetime = payload[.leaseTime]?.interval.flatMap { $0 == 0 ? nil : Int64($0) }
    }
  }
}
