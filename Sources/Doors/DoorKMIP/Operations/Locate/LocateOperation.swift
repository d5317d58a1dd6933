import KMSDomain
import KMSEngine
import WireKMIP

/// Finds objects by their attributes, the latest first (KMIP 2.1 section 6.1.28).
struct LocateOperation: KMIPOperation {
  static let code = KMIP.Operation.locate
  static let deferral = Deferral.look

  /// In one answer.
  private static let most = 10_000

  static func run(
    _ payload: TTLVItem, _ call: KMIPCall, into output: inout TTLVWriter
  ) async throws(KMIPFault) {
    let criteria = try SearchCriteria(payload, call.version)
    let offset = try number(payload[.offsetItems])
    let limit = min(try number(payload[.maximumItems], otherwise: most), most)
    let found: (identifiers: [String], count: Int)
    if let group = criteria.group {
      found = try await members(of: group, criteria, offset: offset, limit: limit, call)
    } else {
      let answer = try await call.run(locate(criteria, offset: offset, limit: limit, call))
      found = (answer.objects.map(\.record.identifier), answer.count)
    }
    if call.knows(.locatedItems) { output.integer(.locatedItems, Int32(clamping: found.count)) }
    for identifier in found.identifiers { output.text(.uniqueIdentifier, identifier) }
    // Only where there is no doubt which one is meant.
    if found.identifiers.count == 1, let only = found.identifiers.first {
      call.yield(only, as: .locate)
    } else {
      call.placeholder = nil
    }
  }

  private static func number(_ item: TTLVItem?, otherwise: Int = 0) throws(KMIPFault) -> Int {
    guard let item else { return otherwise }
    guard let number = item.integer, number >= 0 else { throw .malformed("A number of items") }
    return Int(number)
  }

  private static func locate(
    _ criteria: SearchCriteria, offset: Int, limit: Int, _ call: KMIPCall
  ) -> LocateObjects {
    let (now, leaseTime) = (call.now, call.door.settings.leaseTime)
    return LocateObjects(
      in: call.home, by: criteria.terms, includesPlainKeys: criteria.includesPlainKeys,
      identifier: criteria.identifier, offset: offset, limit: limit, as: call.caller, from: call.origin()
    ) { key in
      let object = KMIPObject(key, at: now, leaseTime: leaseTime)
      return !object.isHidden && criteria.match(object)
    }
  }

  /// The first made first; of default members the one whose turn it is.
  private static func members(
    of group: (name: String, member: KMIP.ObjectGroupMember), _ criteria: SearchCriteria, offset: Int,
    limit: Int, _ call: KMIPCall
  ) async throws(KMIPFault) -> (identifiers: [String], count: Int) {
    let answer = try await call.run(locate(criteria, offset: 0, limit: most, call))
    let members = answer.objects.reversed().map(\.record.identifier)
    switch group.member {
    case .groupMemberFresh:
      if members.isEmpty, offset == 0, limit > 0, let made = try await FreshKeys.make(for: group.name, call) {
        return ([made], 1)
      }
      return (Array(members.dropFirst(offset).prefix(limit)), members.count)
    case .groupMemberDefault:
      let turn = call.door.rounds.turn(of: group.name, in: call.home, among: members, taking: limit)
      return (turn, members.count)
    }
  }
}
