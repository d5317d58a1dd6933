import WireJSON

/// What the claims about an environment have to be.
indirect enum ReleaseCondition: Sendable {
  case any([ReleaseCondition])
  case all([ReleaseCondition])
  case claim(String, Test)
  /// Whether there is such a claim, whatever it is.
  case exists(String, Bool)

  enum Test: Sendable {
    case equals(Value)
    case notEquals(Value)
    case compares(Comparison, Double)
  }

  enum Comparison: String, CaseIterable, Sendable {
    case less
    case lessOrEquals
    case greater
    case greaterOrEquals
  }

  enum Value: Hashable, Sendable {
    case text(String)
    case number(Double)
    case flag(Bool)
  }

  enum Group: String { case any, all }
}

// MARK: - Reading

extension ReleaseCondition {
  /// How deep conditions stand in one another.
  private static let deepest = 8
  private static let longestClaim = 1024

  /// The group that an object has beside something else.
  /// - Throws: `badParameter`.
  init(groupOf value: JSONValue) throws(KeyFault) { try self.init(groupOf: value, depth: 0) }

  private init(groupOf value: JSONValue, depth: Int) throws(KeyFault) {
    let (any, all) = (ReleaseCondition.list(value, .any), ReleaseCondition.list(value, .all))
    guard (any == nil) != (all == nil), let list = any ?? all, depth < ReleaseCondition.deepest else {
      throw .invalid("release_policy")
    }
    var conditions: [ReleaseCondition] = []
    for element in list.elements {
      conditions.append(try ReleaseCondition(element, depth: depth + 1))
    }
    self = any != nil ? .any(conditions) : .all(conditions)
  }

  private init(_ value: JSONValue, depth: Int) throws(KeyFault) {
    guard value.kind == .object else { throw .invalid("release_policy") }
    guard let member = value["claim"] else {
      guard value.count == 1 else { throw .invalid("release_policy") }
      try self.init(groupOf: value, depth: depth)
      return
    }
    guard let claim = member.string, (1...ReleaseCondition.longestClaim).contains(claim.utf8.count),
      value.count == 2, let test = value.members.first(where: { $0.name != "claim" }),
      let condition = ReleaseCondition(claim, test.name, test.value)
    else { throw .invalid("release_policy") }
    self = condition
  }

  /// - Returns: nil for an operator that there isn't, or a value that it can't have.
  private init?(_ claim: String, _ name: String, _ value: JSONValue) {
    guard let wanted = Value(value) else { return nil }
    switch name {
    case "equals": self = .claim(claim, .equals(wanted))
    case "notEquals": self = .claim(claim, .notEquals(wanted))
    case "exists":
      guard let flag = wanted.flag else { return nil }
      self = .exists(claim, flag)
    default:
      guard let comparison = Comparison(rawValue: name), case .number(let number) = wanted else { return nil }
      self = .claim(claim, .compares(comparison, number))
    }
  }

  /// The conditions of a group: one at least. The grammar writes its name in lower case, and everybody else `anyOf`.
  static func list(_ value: JSONValue, _ group: Group) -> JSONValue? {
    let found = value.members.filter { $0.name.lowercased() == group.rawValue + "of" }
    guard found.count == 1, let list = found.first?.value, list.kind == .array, list.count > 0 else {
      return nil
    }
    return list
  }
}

extension ReleaseCondition.Value {
  /// - Returns: nil for what is no single value.
  init?(_ value: JSONValue) {
    switch value.kind {
    case .string:
      guard let text = value.string else { return nil }
      self = .text(text)
    case .number:
      guard let number = value.double, number.isFinite else { return nil }
      self = .number(number)
    case .bool:
      guard let flag = value.bool else { return nil }
      self = .flag(flag)
    case .array, .object, .null: return nil
    }
  }

  /// Also where it is written as text, as policies often have it.
  fileprivate var flag: Bool? {
    switch self {
    case .flag(let flag): flag
    case .text("true"): true
    case .text("false"): false
    case .text, .number: nil
    }
  }

  fileprivate func equals(_ other: ReleaseCondition.Value) -> Bool {
    if self == other { return true }
    guard let flag, let other = other.flag else { return false }
    return flag == other
  }
}

// MARK: - Judging

extension ReleaseCondition {
  /// A condition about a claim that isn't there, or is none of one value, doesn't hold, whatever it asks for; but for one that it isn't
  /// there.
  func holds(of claims: JSONValue) -> Bool {
    switch self {
    case .any(let conditions): conditions.contains { $0.holds(of: claims) }
    case .all(let conditions): conditions.allSatisfy { $0.holds(of: claims) }
    case .exists(let claim, let wanted):
      (ReleaseCondition.find(claim[...], in: claims) != nil) == wanted
    case .claim(let claim, let test):
      ReleaseCondition.find(claim[...], in: claims).flatMap(Value.init).map(test.holds) ?? false
    }
  }

  /// A claim within another is named by both, with a dot between. A name that has dots itself comes first.
  private static func find(_ name: Substring, in value: JSONValue) -> JSONValue? {
    guard value.kind == .object else { return nil }
    if let found = value[String(name)] { return found.isNull ? nil : found }
    guard let dot = name.firstIndex(of: "."), let inner = value[String(name[..<dot])] else { return nil }
    return find(name[name.index(after: dot)...], in: inner)
  }
}

extension ReleaseCondition.Test {
  fileprivate func holds(of value: ReleaseCondition.Value) -> Bool {
    switch self {
    case .equals(let wanted): return value.equals(wanted)
    case .notEquals(let unwanted): return !value.equals(unwanted)
    case .compares(let comparison, let bound):
      guard case .number(let number) = value else { return false }
      switch comparison {
      case .less: return number < bound
      case .lessOrEquals: return number <= bound
      case .greater: return number > bound
      case .greaterOrEquals: return number >= bound
      }
    }
  }
}
