import KMSDomain
import WireKMIP

/// What a client looks for: every criterion must hold (KMIP 2.1 section 6.1.28).
struct SearchCriteria: Sendable {
  private let attributes: [Wanted]
  private let storage: KMIP.StorageStatusMask
  private let member: KMIP.ObjectGroupMember?
  private let hasDefaultPolicy: Bool
  private let version: KMIPVersion

  /// The policy of objects of which nobody said another (KMIP 1.4 section 3.18.2).
  private static let defaultPolicy = "default"

  /// An attribute with the values that are given for it.
  private struct Wanted: Sendable {
    let name: AttributeName
    let values: [[UInt8]]
  }

  /// - Throws: `invalidAttribute` for one that the version doesn't have, and `invalidMessage`.
  init(_ payload: TTLVItem, _ version: KMIPVersion) throws(KMIPFault) {
    let list: AttributeList
    do throws(KMIPFault) {
      list = try SearchCriteria.attributes(payload, version)
    } catch {
      throw error.reason == .unsupportedAttribute ? KMIPFault(.invalidAttribute, error.message) : error
    }
    var wanted: [Wanted] = []
    for instance in list.instances where !wanted.contains(where: { $0.name == instance.name }) {
      wanted.append(Wanted(name: instance.name, values: list.all(instance.name).map(\.item)))
    }
    hasDefaultPolicy = list.text(.operationPolicyName) == SearchCriteria.defaultPolicy
    if hasDefaultPolicy { wanted.removeAll { $0.name.tag == .operationPolicyName } }
    attributes = wanted
    storage =
      payload[.storageStatusMask]?.integer.map(KMIP.StorageStatusMask.init(rawValue:)) ?? .onLineStorage
    member = payload[.objectGroupMember]?.enumeration()
    self.version = version
  }

  /// One Attribute after the other before 2.0, then an Attributes structure.
  private static func attributes(
    _ payload: TTLVItem, _ version: KMIPVersion
  ) throws(KMIPFault) -> AttributeList {
    guard version < .v2_0 else {
      return try payload[.attributes].map { (item) throws(KMIPFault) in
        try AttributeReader.read(item, version)
      }
        ?? AttributeList()
    }
    var list = AttributeList()
    for item in payload.all(.attribute) {
      let (name, value, _) = try AttributeReader.attribute(item, version)
      guard let value else { throw .missing("The value of \(name)") }
      list.add(value, as: name)
    }
    return list
  }

  /// By which the store finds candidates, the rarest first.
  var terms: [UInt64] {
    let rarities: [KMIPTag] = [
      .name, .link, .attribute, .objectGroup, .applicationSpecificInformation, .x509CertificateIdentifier,
      .objectType,
    ]
    let terms = attributes.compactMap { wanted -> (Int, UInt64)? in
      guard wanted.values.count == 1, let item = wanted.values.first, isTerm(wanted.name, item) else {
        return nil
      }
      return (rarities.firstIndex(of: wanted.name.tag) ?? rarities.count, SearchTerm.term(item))
    }
    let sorted = terms.sorted { $0.0 < $1.0 }.map(\.1)
    return sorted.isEmpty ? [SearchTerm.any] : sorted
  }

  /// Structures may be given in part, and then no object has the term.
  private func isTerm(_ name: AttributeName, _ item: [UInt8]) -> Bool {
    guard name.tag == .objectType || SearchTerm.isIndexed(name.tag) else { return false }
    switch name.tag {
    case .name, .attribute, .x509CertificateIdentifier, .applicationSpecificInformation, .link,
      .alternativeName,
      .rotateName, .x509CertificateSubject, .x509CertificateIssuer:
      return isWhole(name, item)
    default: return true
    }
  }

  private func isWhole(_ name: AttributeName, _ item: [UInt8]) -> Bool {
    guard let value = AttributeList.Instance(name: name, index: 0, item: item).value else { return false }
    return switch name.tag {
    case .name: value[.nameValue] != nil && value[.nameType] != nil
    case .attribute: value[.attributeValue] != nil
    case .link: value[.linkType] != nil && value[.linkedObjectIdentifier] != nil
    case .applicationSpecificInformation:
      value[.applicationNamespace] != nil && value[.applicationData] != nil
    default: false
    }
  }

  /// The one object of an identifier that is looked for; nil when none is.
  var identifier: String? {
    guard let wanted = attributes.first(where: { $0.name.tag == .uniqueIdentifier }) else { return nil }
    return wanted.values.first.flatMap {
      AttributeList.Instance(name: wanted.name, index: 0, item: $0).value?.text
    }
  }

  /// Keys of which nobody said more can't have what nobody said.
  var includesPlainKeys: Bool {
    !attributes.contains { SearchTerm.isIndexed($0.name.tag) && !KMIPObject.isComputed($0.name.tag) }
      && member == nil
  }

  /// The group of which a member is wanted; nil when none is.
  var group: (name: String, member: KMIP.ObjectGroupMember)? {
    guard let member, let wanted = attributes.first(where: { $0.name.tag == .objectGroup }),
      let name = wanted.values.first.flatMap({
        AttributeList.Instance(name: wanted.name, index: 0, item: $0).value?.text
      })
    else { return nil }
    return (name, member)
  }

  // MARK: Judging

  func match(_ object: KMIPObject) -> Bool {
    guard isStored(object), isMember(object), isUnderPolicy(object) else { return false }
    guard !attributes.isEmpty else { return true }
    return attributes.allSatisfy { wanted in
      let values = object.values(wanted.name).compactMap(\.value)
      let given = wanted.values.compactMap {
        AttributeList.Instance(name: wanted.name, index: 0, item: $0).value
      }
      return SearchCriteria.hold(given, values)
    }
  }

  private func isStored(_ object: KMIPObject) -> Bool {
    if object.isDestroyed { return storage.contains(.destroyedStorage) }
    return storage.contains(object.isArchived ? .archivalStorage : .onLineStorage)
  }

  private func isMember(_ object: KMIPObject) -> Bool {
    switch member {
    case .groupMemberFresh: object.isFresh
    case .groupMemberDefault, nil: true
    }
  }

  private func isUnderPolicy(_ object: KMIPObject) -> Bool {
    guard hasDefaultPolicy, let policy = object.kept.text(.operationPolicyName) else { return true }
    return policy == SearchCriteria.defaultPolicy
  }

  /// A date that is given twice is a range; of other attributes each value that is given must be there.
  private static func hold(_ given: [TTLVItem], _ values: [TTLVItem]) -> Bool {
    if given.count == 2, let one = given[0].instant, let other = given[1].instant {
      let range = min(one, other)...max(one, other)
      return values.contains { $0.instant.map(range.contains) ?? false }
    }
    return given.allSatisfy { given in values.contains { matches(given, $0) } }
  }

  /// Of a structure, the fields that are given; of a mask, the bits.
  private static func matches(_ given: TTLVItem, _ value: TTLVItem) -> Bool {
    guard given.tag == value.tag else { return false }
    if given.isStructure {
      return value.isStructure
        && given.children.allSatisfy { field in value.children.contains { matches(field, $0) } }
    }
    if given.tag == .cryptographicUsageMask, let wanted = given.integer, let has = value.integer {
      return wanted & has == wanted
    }
    if let one = given.instant, let other = value.instant { return one.seconds == other.seconds }
    if given.tag == .certificateSerialNumber, let one = given.byteString, let other = value.byteString {
      return CertificateFacts.isSame(serial: one, other)
    }
    return given.isEqual(to: value)
  }
}

extension TTLVItem {
  fileprivate func isEqual(to other: TTLVItem) -> Bool {
    type == other.type
      && withValue { mine in
        other.withValue { theirs in
          mine.count == theirs.count && mine.indices.allSatisfy { mine[$0] == theirs[$0] }
        }
      }
  }
}
