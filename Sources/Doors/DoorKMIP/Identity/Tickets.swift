import KMSDomain
import KMSEngine
import Synchronization
import WireKMIP

/// The tickets that clients have taken out, until they are given back, used up or too old. What is kept is a code of each, so that
/// nothing in memory is a ticket.
final class Tickets: Sendable {
  struct Terms: Sendable {
    /// From the beginning on, in seconds; nil: as long as tickets last.
    let lifetime: Int64?
    /// Messages; nil: as many as come.
    let requests: Int?
  }

  private struct Entry {
    let ticket: Ticket
    let end: Instant
    var requestsLeft: Int?
  }

  /// No ticket lasts longer, in seconds.
  static let longest: Int64 = 24 * 3600
  private static let most = 10_000

  private let entries = Mutex<[[UInt8]: Entry]>([:])

  /// - Returns: the ticket's value.
  /// - Throws: `serverLimitExceeded` while so many are out.
  func issue(_ ticket: Ticket, _ terms: Terms, _ desk: Desk) throws(KMIPFault) -> [UInt8] {
    let now = desk.clock.now()
    let value = desk.randomness.bits128().bytes + desk.randomness.bits128().bytes
    let end = now.advanced(seconds: min(terms.lifetime ?? Tickets.longest, Tickets.longest))
    let code = Tickets.code(of: value, desk)
    let isKept = entries.withLock { entries in
      entries = entries.filter { $1.end > now }
      guard entries.count < Tickets.most else { return false }
      entries[code] = Entry(ticket: ticket, end: end, requestsLeft: terms.requests)
      return true
    }
    guard isKept else { throw KMIPFault(.serverLimitExceeded, "As many tickets are out as may be.") }
    return value
  }

  /// One message by a ticket.
  /// - Throws: `invalidTicket` for what is no ticket, or no more.
  func use(_ value: [UInt8], _ desk: Desk) throws(KMIPFault) -> Ticket {
    let (code, now) = (Tickets.code(of: value, desk), desk.clock.now())
    let ticket = entries.withLock { entries -> Ticket? in
      guard var entry = entries[code], entry.end > now, entry.requestsLeft != 0 else {
        entries[code] = nil
        return nil
      }
      entry.requestsLeft = entry.requestsLeft.map { $0 - 1 }
      entries[code] = entry
      return entry.ticket
    }
    guard let ticket else { throw .noTicket }
    return ticket
  }

  /// - Throws: `invalidTicket` for a ticket that isn't the caller's, too.
  func giveBack(_ value: [UInt8], _ caller: Caller, _ desk: Desk) throws(KMIPFault) {
    let code = Tickets.code(of: value, desk)
    let isGone = entries.withLock { entries in
      guard entries[code]?.ticket.owner.principalID == caller.principalID else { return false }
      entries[code] = nil
      return true
    }
    guard isGone else { throw .noTicket }
  }

  private static func code(of value: [UInt8], _ desk: Desk) -> [UInt8] {
    var fields = CanonicalFields()
    fields.add("kmip-ticket/1")
    fields.add(value)
    return desk.authenticator.code(for: fields.bytes)
  }
}

extension KMIPFault {
  static let noTicket = KMIPFault(.invalidTicket, "The ticket isn't valid.")
}
