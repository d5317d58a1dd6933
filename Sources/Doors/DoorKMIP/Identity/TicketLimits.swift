import KMSDomain
import KMSEngine
import WireKMIP

// What a ticket's rights let one item do. An item must have a right that names its operation, and that right must allow every object
// that the item asks the engine for: those that the payload names at its top, the ID placeholder where it names none, keys that wrap,
// and whatever links lead to. What else stands in a payload says nothing: it isn't what is asked for.

/// The rights that hold for an item, and what it has asked for.
struct TicketLimits {
  /// Of the ticket, those that allow the operation, each for some objects only.
  let rights: [Ticket.Right]
  fileprivate(set) var asked: Set<String> = []
}

extension Ticket {
  /// - Returns: nil where the operation may be done with any object.
  /// - Throws: `permissionDenied` where no right names the operation.
  fileprivate func limits(of operation: UInt32) throws(KMIPFault) -> TicketLimits? {
    guard let rights else { return nil }
    let fitting = rights.filter { $0.operations?.contains(operation) ?? true }
    guard !fitting.isEmpty else { throw .notByTicket }
    guard fitting.allSatisfy({ $0.objects != nil || $0.groups != nil }) else { return nil }
    return TicketLimits(rights: fitting)
  }
}

extension KMIPCall {
  /// Begins an item: from now on the ticket's rights hold for it.
  /// - Throws: `permissionDenied` unless they allow the operation with the objects that it names.
  func enter(_ item: RequestMessage.Item) async throws(KMIPFault) {
    limits = try ticket?.limits(of: item.code)
    guard limits != nil else { return }
    for identifier in try named(by: item) { note(identifier) }
    // What names no object makes one, finds one, or asks about the server.
    guard limits?.asked.isEmpty == false else { throw .notByTicket }
    try await checkLimits()
  }

  private func named(by item: RequestMessage.Item) throws(KMIPFault) -> [String] {
    guard let tag = item.operation.flatMap({ NamedObjects.tags[$0] }) else { return [] }
    let all = item.payload.all(tag)
    guard !all.isEmpty else { return placeholder.map { [$0] } ?? [] }
    var identifiers: [String] = []
    for one in all { identifiers.append(try identifier(one)) }
    return identifiers
  }

  /// Notes an object that the engine is going to be asked for.
  func note(_ identifier: String) { limits?.asked.insert(identifier) }

  /// - Throws: `permissionDenied` unless one of the rights allows everything that was asked for so far.
  func checkLimits() async throws(KMIPFault) {
    guard let limits else { return }
    for right in limits.rights {
      if try await allows(right, limits.asked) { return }
    }
    throw .notByTicket
  }

  private func allows(_ right: Ticket.Right, _ asked: Set<String>) async throws(KMIPFault) -> Bool {
    if let objects = right.objects, !asked.isSubset(of: objects) { return false }
    guard let groups = right.groups else { return true }
    for identifier in asked {
      if try await groups.isDisjoint(with: self.groups(of: identifier)) { return false }
    }
    return true
  }

  private func groups(of identifier: String) async throws(KMIPFault) -> Set<String> {
    let key: ProtectedKey
    do throws(KMSError) {
      key = try await door.engine.desk.key(unnotedReference(identifier))
    } catch {
      throw KMIPFault(error)
    }
    return Set(KMIPObject(key, at: now).kept.values(.objectGroup).compactMap(\.text))
  }
}

/// Which field at the top of a payload says what objects an operation is about; where it is absent, the ID placeholder does.
/// Operations that aren't here are about no object that is there already.
enum NamedObjects {
  static let tags: [KMIP.Operation: KMIPTag] = {
    let byIdentifier: [KMIP.Operation] = [
      .get, .export, .check, .getAttributes, .getAttributeList, .addAttribute, .modifyAttribute,
      .deleteAttribute, .setAttribute, .adjustAttribute, .activate, .revoke, .destroy, .archive, .recover,
      .obtainLease, .getUsageAllocation, .encrypt, .decrypt, .sign, .signatureVerify, .mac, .macVerify,
      .import, .reKey, .deriveKey, .createSplitKey, .joinSplitKey, .certify, .reCertify, .validate,
    ]
    var tags: [KMIP.Operation: KMIPTag] = [.reKeyKeyPair: .privateKeyUniqueIdentifier]
    for operation in byIdentifier { tags[operation] = .uniqueIdentifier }
    return tags
  }()
}

extension KMIPFault {
  fileprivate static let notByTicket = KMIPFault(.permissionDenied, "The ticket doesn't allow this.")
}
