import KMSDomain
import WireJSON

// Lists and maps.
extension Input {
  mutating func list(_ name: String, _ allowed: ClosedRange<Int>) throws(AWSError) -> [JSONValue]? {
    guard let value = value(name) else { return nil }
    guard value.kind == .array else { throw .wrongType(value, "a List") }
    if let constraint = Constraint.length(value.count, allowed) {
      fault(nil, at: Input.path(name), constraint)
    }
    return value.elements
  }

  /// A list of strings; elements are counted from 1 in messages.
  mutating func texts(
    _ name: String, _ allowed: ClosedRange<Int>, _ rule: TextRule
  ) throws(AWSError) -> [String]? {
    guard let elements = try list(name, allowed) else { return nil }
    var result: [String] = []
    result.reserveCapacity(elements.count)
    for (index, element) in elements.enumerated() {
      let path = { "\(Input.path(name)).\(index + 1).member" }
      if element.isNull { missing(path()) } else { result.append(try text(element, at: path, rule)) }
    }
    return result
  }

  /// Tokens of grants. They are checked for form only: there are no grants to use them for.
  mutating func grantTokens() throws(AWSError) {
    _ = try texts("GrantTokens", ModelRange.grantTokens, .grantToken)
  }

  /// A map of strings; empty when it is absent.
  mutating func encryptionContext(_ name: String = "EncryptionContext") throws(AWSError) -> EncryptionContext
  {
    guard let value = value(name) else { return .empty }
    guard value.kind == .object else { throw .wrongType(value, "a Map") }
    var pairs: [EncryptionContext.Pair] = []
    pairs.reserveCapacity(value.count)
    var length = 0
    try value.forEachMember { (name: String, member: JSONValue) throws(AWSError) in
      guard let text = member.string else { throw .wrongType(member, "a String") }
      length += name.utf8.count + text.utf8.count
      pairs.append(EncryptionContext.Pair(name: name, value: text))
    }
    if length > AWSLimits.encryptionContext {
      fault(
        nil, at: Input.path(name), "Map must have length less than or equal to \(AWSLimits.encryptionContext)"
      )
    }
    // The reader refused duplicate members, so that names differ.
    return EncryptionContext(pairs) ?? .empty
  }

  /// Tags as the model has them; `Tags.check` holds the rules beyond it.
  mutating func tags(_ name: String = "Tags") throws(AWSError) -> [Tag]? {
    guard let elements = try list(name, 0...Int.max) else { return nil }
    var result: [Tag] = []
    for (index, element) in elements.enumerated() {
      let path = "\(Input.path(name)).\(index + 1).member"
      guard element.kind == .object else {
        if !element.isNull { throw .wrongType(element, "a Structure") }
        missing(path)
        continue
      }
      let key = try member("TagKey", of: element, at: path, .tagKey)
      let value = try member("TagValue", of: element, at: path, .tagValue)
      result.append(Tag(key: key, value: value))
    }
    return result
  }

  private mutating func member(
    _ name: String, of structure: JSONValue, at path: String, _ rule: TextRule
  ) throws(AWSError) -> String {
    guard let value = structure[name], !value.isNull else {
      missing("\(path).\(Input.path(name))")
      return ""
    }
    return try text(value, at: { "\(path).\(Input.path(name))" }, rule)
  }
}

/// What AWS asks of tags beyond the service model.
enum Tags {
  /// - Throws: `TagException`.
  static func check(_ tags: [Tag]) throws(AWSError) {
    try check(keys: tags.map(\.key))
    guard tags.count <= KeyRecord.mostTags else { throw .tags("Too many tags") }
    guard Set(tags.map { Array($0.key.utf8) }).count == tags.count else { throw .tags("Duplicate tag keys") }
  }

  /// - Throws: `TagException` for keys that AWS keeps for itself.
  static func check(keys: [String]) throws(AWSError) {
    guard !keys.contains(where: { $0.lowercased().utf8.starts(with: "aws:".utf8) }) else {
      throw .tags("Tags beginning with aws: are reserved")
    }
  }
}
