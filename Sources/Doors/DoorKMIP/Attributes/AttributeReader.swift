import WireKMIP

/// Reads the attributes in a message, in whichever form the version has them: under 2.x's tags they come out.
enum AttributeReader {
  /// Structures that hold attributes.
  static let containers: Set<KMIPTag> = [
    .templateAttribute, .commonTemplateAttribute, .privateKeyTemplateAttribute, .publicKeyTemplateAttribute,
    .template, .attributes, .commonAttributes, .privateKeyAttributes, .publicKeyAttributes, .newAttribute,
    .currentAttribute,
  ]

  /// Everything in a container: a Template-Attribute of 1.x, but for the templates that it names, or an Attributes of 2.x.
  /// - Throws: `invalidMessage`, `invalidAttribute`, `unsupportedAttribute`.
  static func read(_ container: TTLVItem, _ version: KMIPVersion) throws(KMIPFault) -> AttributeList {
    var list = AttributeList()
    for child in container.children {
      if child.tag == .name, version < .v2_0 { continue }
      // Published test cases have a value without a name, which says nothing.
      if child.tag == .attribute, child[.attributeName] == nil { continue }
      let (name, item, index) = try attribute(child, version)
      // An index in a new object says nothing.
      guard let item, index ?? 0 >= 0 else { throw .malformed("\(name)") }
      list.add(item, as: name)
    }
    return list
  }

  /// Templates that a Template-Attribute names, in their order.
  static func templates(_ container: TTLVItem) -> [TTLVItem] { container.all(.name) }

  /// One attribute: an Attribute structure of 1.x, or the attribute itself in 2.x.
  /// - Returns: nil for the item where there is only a name; nil for the index where none is given.
  static func attribute(
    _ item: TTLVItem, _ version: KMIPVersion
  ) throws(KMIPFault) -> (name: AttributeName, item: [UInt8]?, index: Int32?) {
    guard version < .v2_0 else {
      let name = try AttributeName(of: item)
      _ = try AttributeRules.rule(for: name, in: version)
      try AttributeTypes.check(item, name)
      return (name, AttributeList.item { $0.copy(item) }, nil)
    }
    guard item.tag == .attribute, let text = item[.attributeName]?.text else {
      throw .malformed("An attribute")
    }
    let name = try AttributeName(text: text)
    _ = try AttributeRules.rule(for: name, in: version)
    let index = item[.attributeIndex]?.integer
    guard let value = item[.attributeValue] else { return (name, nil, index) }
    guard !name.isVendors else { return (name, vendors(name, value), index) }
    try AttributeTypes.check(value, name)
    return (name, AttributeList.item { $0.copy(value, as: name.tag) }, index)
  }

  private static func vendors(_ name: AttributeName, _ value: TTLVItem) -> [UInt8] {
    AttributeList.item { writer in
      writer.structure(.attribute) { writer in
        writer.text(.vendorIdentification, name.vendor)
        writer.text(.attributeName, name.name)
        writer.copy(value)
      }
    }
  }

  /// Attributes that a payload names: Attribute Names of 1.x, Attribute References of 2.x. Names that the version doesn't have
  /// come out too, since asking for them isn't wrong.
  /// - Throws: `invalidMessage` when one is named twice.
  static func names(_ payload: TTLVItem, _ version: KMIPVersion) throws(KMIPFault) -> [AttributeName] {
    var names: [AttributeName] = []
    for child in payload.children {
      let name: AttributeName
      switch child.tag {
      case .attributeName where version < .v2_0: name = try AttributeName(text: child.text ?? "")
      case .attributeReference where version >= .v2_0: name = try AttributeName(reference: child)
      default: continue
      }
      guard !names.contains(name) else {
        throw KMIPFault(.invalidMessage, "\(name) is named more than once.")
      }
      names.append(name)
    }
    return names
  }
}

/// Which types the values of attributes have.
enum AttributeTypes {
  /// - Throws: `invalidDataType` for a value of another type than the attribute's.
  static func check(_ value: TTLVItem, _ name: AttributeName) throws(KMIPFault) {
    guard !name.isVendors, let types = KMIPRegistry.types(of: name.tag) else { return }
    guard types.contains(value.type) else {
      throw KMIPFault(.invalidDataType, "\(name) isn't of the type that it has to be.")
    }
  }
}
