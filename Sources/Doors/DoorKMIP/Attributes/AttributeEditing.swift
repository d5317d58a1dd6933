import KMSDomain
import WireKMIP

/// What operations may do to the attributes of an object: the rules of `AttributeRules`, and what lives in the record instead of among
/// what is kept.
struct AttributeEditing {
  let object: KMIPObject
  let version: KMIPVersion

  init(_ object: KMIPObject, _ version: KMIPVersion) {
    self.object = object
    self.version = version
  }

  /// - Throws: `readOnlyAttribute`, `attributeSingleValued`, `nonUniqueNameAttribute`, `wrongKeyLifecycleState`.
  /// - Returns: the index that the value got.
  func add(_ item: [UInt8], as name: AttributeName, to change: inout ObjectChange) throws(KMIPFault) -> Int32
  {
    let rule = try rule(name)
    try require(rule.client.contains(.add), .readOnlyAttribute)
    let isThere = current(name, in: change)
    guard rule.isMultiple || !isThere else {
      throw KMIPFault(.attributeSingleValued, older: .illegalOperation, "\(name) is there already.")
    }
    try require(rule, name, isThere: isThere)
    try requireNew(item, name, in: change)
    guard try !put(item, name, in: &change) else { return 0 }
    guard change.kept.instances.count < AttributeEditing.most else {
      throw KMIPFault(
        .serverLimitExceeded, older: .indexOutOfBounds, "An object has at most so many attributes.")
    }
    return change.kept.add(item, as: name)
  }

  /// - Parameter old: the value that is meant; nil: the one of the index.
  /// - Throws: `attributeReadOnly`, `attributeNotFound`, `attributeInstanceNotFound`, and as `add`.
  /// - Returns: the index of the value.
  func modify(
    _ item: [UInt8], as name: AttributeName, index: Int32?, old: [UInt8]?, in change: inout ObjectChange
  ) throws(KMIPFault) -> Int32 {
    let rule = try rule(name)
    try require(rule.client.contains(.modify), .attributeReadOnly)
    guard current(name, in: change) else {
      throw KMIPFault(.attributeNotFound, older: .invalidField, "The object doesn't have \(name).")
    }
    try require(rule, name, isThere: true)
    guard try !put(item, name, in: &change) else { return 0 }
    guard rule.isMultiple || change.kept.contains(name) else {
      change.kept.set(item, as: name)
      return 0
    }
    let instance = try instance(name, index: index, old: old, in: change)
    guard instance.item != item else { return instance.index }
    try requireNew(item, name, in: change)
    change.kept.replace(name, index: instance.index, by: item)
    return instance.index
  }

  /// Puts a value in the place of the one that there is, or where there was none.
  /// - Throws: `multiValuedAttribute` where there are more, and as `add`.
  func set(_ item: [UInt8], as name: AttributeName, in change: inout ObjectChange) throws(KMIPFault) {
    let rule = try rule(name)
    guard !rule.isMultiple || name.isVendors, change.kept.all(name).count < 2 else {
      throw KMIPFault(.multiValuedAttribute, "\(name) can have more values than one.")
    }
    try require(!rule.client.isDisjoint(with: [.add, .modify]), .readOnlyAttribute)
    let isThere = current(name, in: change)
    try require(rule.client.contains(isThere ? .modify : .add), .readOnlyAttribute)
    try require(rule, name, isThere: isThere)
    guard try !put(item, name, in: &change) else { return }
    change.kept.set(item, as: name)
  }

  /// - Parameter index: nil: the first, or with `all` every one.
  /// - Returns: what is gone.
  func remove(
    _ name: AttributeName, index: Int32?, old: [UInt8]?, all: Bool = false, in change: inout ObjectChange
  ) throws(KMIPFault) -> AttributeList.Instance {
    let rule = try rule(name)
    try require(rule.client.contains(.delete), .attributeReadOnly)
    guard current(name, in: change) else {
      throw KMIPFault(.attributeNotFound, "The object doesn't have \(name).")
    }
    try require(rule, name, isThere: true)
    if name.tag == .usageLimits, let item = object.item(name.tag) {
      change.limit = nil
      return AttributeList.Instance(name: name, index: 0, item: item)
    }
    let instance = try instance(name, index: index, old: old, in: change, isRemoved: true)
    if all { change.kept.remove(name) } else { change.kept.remove(name, index: instance.index) }
    return instance
  }

  /// Values of all attributes of one object; more would be a store of its own.
  static let most = 500
}

// MARK: - Rules

extension AttributeEditing {
  private func rule(_ name: AttributeName) throws(KMIPFault) -> AttributeRule {
    let rule = try AttributeRules.rule(for: name, in: version)
    guard rule.applies(to: object.type, in: version) else {
      throw KMIPFault(.invalidAttribute, older: .permissionDenied, "Objects of this type don't have \(name).")
    }
    return rule
  }

  private func require(_ isAllowed: Bool, _ reason: KMIP.ResultReason) throws(KMIPFault) {
    guard isAllowed else { throw KMIPFault(reason, "The attribute is for the server to set.") }
  }

  /// That the object is as the rule has it.
  private func require(_ rule: AttributeRule, _ name: AttributeName, isThere: Bool) throws(KMIPFault) {
    let isOpen: Bool
    switch rule.condition {
    case .none: isOpen = true
    case .preActive: isOpen = object.state == .preActive
    case .preActiveOrActive: isOpen = object.state == .preActive || object.state == .active
    case .untilReached:
      let moment = isThere ? object.date(rule.tag) : nil
      isOpen =
        (object.state == .preActive || object.state == .active) && moment.map { object.now < $0 } ?? true
    case .unused: isOpen = object.record.object?.limit.map { $0.left == $0.total } ?? true
    }
    guard isOpen else {
      throw KMIPFault(.wrongKeyLifecycleState, "The object's state doesn't allow \(name) to change any more.")
    }
  }

  /// Names are unique, and no attribute has the same value twice.
  private func requireNew(_ item: [UInt8], _ name: AttributeName, in change: ObjectChange) throws(KMIPFault) {
    guard change.kept.all(name).contains(where: { $0.item == item }) else { return }
    guard name.tag == .name else { return }
    throw KMIPFault(.nonUniqueNameAttribute, older: .illegalOperation, "The name is taken.")
  }

  private func current(_ name: AttributeName, in change: ObjectChange) -> Bool {
    change.kept.contains(name) || object.item(name.tag) != nil
  }

  private func instance(
    _ name: AttributeName, index: Int32?, old: [UInt8]?, in change: ObjectChange, isRemoved: Bool = false
  ) throws(KMIPFault) -> AttributeList.Instance {
    let all = change.kept.all(name)
    let found: AttributeList.Instance?
    if let old {
      found = all.first { $0.item == old }
    } else if let index {
      found = all.first { $0.index == index }
    } else if version < .v2_0 {
      found = all.first { $0.index == 0 }
    } else {
      // Without a word about which, there must be only one.
      found = all.count == 1 || isRemoved ? all.first : nil
    }
    guard let found else {
      throw KMIPFault(.attributeInstanceNotFound, "The object doesn't have that value of \(name).")
    }
    return found
  }
}

// MARK: - What the record has

extension AttributeEditing {
  /// Takes a value of an attribute that isn't kept as it is.
  /// - Returns: false for all others.
  private func put(_ item: [UInt8], _ name: AttributeName, in change: inout ObjectChange) throws(KMIPFault)
    -> Bool
  {
    let instance = AttributeList.Instance(name: name, index: 0, item: item)
    guard let value = instance.value else { throw .malformed("\(name)") }
    try instance.requireData()
    switch name.tag {
    case .activationDate: change.dates.activation = value.instant
    case .processStartDate: change.dates.processStart = value.instant
    case .protectStopDate: change.dates.protectStop = value.instant
    case .deactivationDate: change.dates.deactivation = value.instant
    case .usageLimits:
      change.limit = try UsageLimit(value, before: change.limit)
      return true
    case .sensitive:
      if value.boolean == false { change.kept.set(.alwaysSensitive, to: false) }
      return false
    case .extractable:
      try putExtractable(value.boolean ?? false, in: &change)
      return false
    default: return false
    }
    try change.dates.check()
    return true
  }

  private func putExtractable(_ isExtractable: Bool, in change: inout ObjectChange) throws(KMIPFault) {
    guard isExtractable else { return }
    // Custody keeps what was made so for good.
    guard object.record.exportable else {
      throw KMIPFault(.permissionDenied, "The object was made to stay in the server.")
    }
    change.kept.set(.neverExtractable, to: false)
  }
}
