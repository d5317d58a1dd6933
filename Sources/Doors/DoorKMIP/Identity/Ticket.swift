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

  /// - Throws: `permissionDenied` unless one of the rights allows the item, with all the objects that it names.
  func check(_ item: RequestMessage.Item, _ call: KMIPCall) async throws(KMIPFault) {
    guard let rights else { return }
    for right in rights where right.operations?.contains(item.code) ?? true {
      if try await right.allowsObjects(of: item, call) { return }
    }
    throw KMIPFault(.permissionDenied, "The ticket doesn't allow this.")
  }
}

extension Ticket.Right {
  fileprivate func allowsObjects(of item: RequestMessage.Item, _ call: KMIPCall) async throws(KMIPFault)
    -> Bool
  {
    guard objects != nil || groups != nil else { return true }
    var named = try Ticket.Right.identifiers(in: item.payload, call)
    if named.isEmpty, let placeholder = call.placeholder { named = [placeholder] }
    // What names no object makes one, or asks about the server.
    guard !named.isEmpty else { return false }
    for identifier in named {
      if let objects, !objects.contains(identifier) { return false }
      if let groups, try await groups.isDisjoint(with: call.groups(of: identifier)) { return false }
    }
    return true
  }

  /// Wherever they stand.
  private static func identifiers(
    in item: TTLVItem, _ call: KMIPCall
  ) throws(KMIPFault) -> Set<String> {
    var found: Set<String> = []
    for child in item.children {
      if child.isStructure {
        found.formUnion(try identifiers(in: child, call))
      } else if tags.contains(child.tag) {
        found.insert(try call.identifier(child))
      }
    }
    return found
  }

  private static let tags: Set<KMIPTag> = [
    .uniqueIdentifier, .privateKeyUniqueIdentifier, .publicKeyUniqueIdentifier,
    .certificateRequestUniqueIdentifier,
    .linkedObjectIdentifier, .replacedUniqueIdentifier,
  ]
}

extension KMIPCall {
  fileprivate func groups(of identifier: String) async throws(KMIPFault) -> Set<String> {
    let key: ProtectedKey
    do throws(KMSError) {
      key = try await door.engine.desk.key(reference(identifier))
    } catch {
      throw KMIPFault(error)
    }
    return Set(KMIPObject(key, at: now).kept.values(.objectGroup).compactMap(\.text))
  }
}
