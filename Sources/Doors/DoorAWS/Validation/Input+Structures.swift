import KMSBytes
import KMSDomain
import WireJSON

// Lists and maps.
extension Input {
  mutating func list(_ name: String, _ allowed: ClosedRange<Int>) throws(AWSError) -> [JSONValue]? {
    guard let value = value(name) else { return nil }
    // How clients write an empty list in a form.
    if isForm, value.string == "" { return [] }
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

  /// Tokens of grants. They are checked for form only: a grant allows from the moment in which it is made.
  mutating func grantTokens() throws(AWSError) {
    guard let tokens = try texts("GrantTokens", ModelRange.grantTokens, .grantToken) else { return }
    if !tokens.allSatisfy({ GrantToken(text: $0) != nil }) { refuse(.invalidGrantToken) }
  }

  /// A map of strings; empty when it is absent.
  mutating func encryptionContext(_ name: String = "EncryptionContext") throws(AWSError) -> EncryptionContext
  {
    guard let value = value(name) else { return .empty }
    return try context(value, at: Input.path(name))
  }

  private mutating func context(_ value: JSONValue, at path: String) throws(AWSError) -> EncryptionContext {
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
        nil, at: path, "Map must have length less than or equal to \(AWSLimits.encryptionContext)"
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

  /// A required member of a structure inside the request.
  mutating func member(
    _ name: String, of structure: JSONValue, at path: String, _ rule: TextRule
  ) throws(AWSError) -> String {
    guard let value = structure[name], !value.isNull else {
      missing("\(path).\(Input.path(name))")
      return ""
    }
    return try text(value, at: { "\(path).\(Input.path(name))" }, rule)
  }
}

// Grants.
extension Input {
  /// What is left out isn't asked; an empty map is, and says that there is no context.
  mutating func grantConstraints() throws(AWSError) -> GrantConstraints {
    guard let structure = value("Constraints") else { return .none }
    guard structure.kind == .object else { throw .wrongType(structure, "a Structure") }
    if let source = structure["SourceArn"], !source.isNull { refuse(.servicePrincipals) }
    return GrantConstraints(
      equals: try constraint("EncryptionContextEquals", of: structure),
      subset: try constraint("EncryptionContextSubset", of: structure))
  }

  private mutating func constraint(
    _ name: String, of structure: JSONValue
  ) throws(AWSError) -> EncryptionContext? {
    guard let value = structure[name], !value.isNull else { return nil }
    let context = try context(value, at: "constraints." + Input.path(name))
    if context.pairs.count > GrantConstraints.mostPairs {
      refuse(.validation("A grant constraint can have at most \(GrantConstraints.mostPairs) pairs."))
    }
    if context.pairs.contains(where: { $0.value.utf16.count > GrantConstraints.longestValue }) {
      refuse(
        .validation(
          "A value of a grant constraint can have at most \(GrantConstraints.longestValue) characters."))
    }
    return context
  }

  /// Each once, in an order that is always the same.
  mutating func grantOperations() throws(AWSError) -> GrantOperations {
    if !has("Operations") { missing("operations") }
    let names = try texts("Operations", 0...Int.max, .grantOperation) ?? []
    let operations = GrantOperations(names.compactMap { GrantOperation.byName[$0] })
    if operations.members.isEmpty { refuse(.validation("Grants must contain at least one operation.")) }
    if operations.members == [.createGrant] {
      refuse(.validation("Grants must not contain only the CreateGrant operation."))
    }
    return operations
  }

  /// Members for services of AWS, which can't call this server.
  mutating func refuseServicePrincipal(_ name: String) {
    if has(name) { refuse(.servicePrincipals) }
  }
}

extension GrantToken {
  /// A token as it stands in a request; nil when it can't be one.
  init?(text: String) {
    guard let bytes = Base64.bytes(text) else { return nil }
    self.init(bytes)
  }
}

extension AWSError {
  static let servicePrincipals = AWSError.unsupported(
    "Service principals and the SourceArn constraint are not supported by this server.")
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
