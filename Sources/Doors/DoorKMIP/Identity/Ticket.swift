import KMSDomain
import KMSEngine
import WireKMIP

/// What whoever holds a ticket may do in the name of whoever took it out (KMIP 2.1 sections 7.34, 7.35 and 7.39): never more than
/// that one may.
struct Ticket: Sendable {
  /// Who took it out.
  let owner: Owner
  /// nil: everything that the owner may.
  let rights: [Right]?
  /// What policies call the client that shows it; nil for the owner.
  private(set) var bearer: String?

  struct Owner: Hashable, Sendable {
    let account: AccountID?
    let principalID: String
    /// Of the certificate by which it was known then.
    let fingerprint: [UInt8]?
  }

  /// Something that is allowed. Each list that is there must have what is asked for; nil is everything.
  struct Right: Sendable {
    let operations: Set<UInt32>?
    let objects: Set<String>?
    let groups: Set<String>?
  }
}

extension Ticket.Right {
  /// - Throws: `invalidMessage`; `featureNotSupported` for limits of use, which the ticket has as a whole.
  init(_ right: TTLVItem) throws(KMIPFault) {
    guard right[.usageLimits] == nil else { throw .unsupported("A usage limit of a right") }
    operations = right[.operations].map { Set($0.all(.operation).compactMap(\.enumeration)) }
    objects = right[.objects].map { Set($0.all(.uniqueIdentifier).compactMap(\.text)) }
    groups = right[.objectGroups].map { Set($0.all(.objectGroup).compactMap(\.text)) }
  }
}

extension Ticket {
  func shown(by bearer: Caller) -> Ticket {
    var ticket = self
    ticket.bearer = bearer.principalID == owner.principalID ? nil : bearer.principal
    return ticket
  }
}
