import WireKMIP

/// Writes attributes as a version has them. What the version lacks is left out: an attribute, a field of one, a value.
enum AttributeWriter {
  /// One attribute: an Attribute structure before 2.0, then the attribute itself.
  /// - Parameter hasIndex: whether an index of 0 is written in any case. Of an attribute that could have more values it always is:
  ///   clients of 1.x look for it when they read one, and all of them when they have changed one.
  static func write(
    _ instance: AttributeList.Instance, _ version: KMIPVersion, hasIndex: Bool = false,
    into output: inout TTLVWriter
  ) {
    guard let rule = AttributeRules.rule(for: instance.tag), rule.isKnown(in: version),
      let value = instance.value
    else { return }
    let start = output.count
    let isWritten =
      version < .v2_0
      ? writeOld(instance, value, version, hasIndex || rule.isMultiple, into: &output)
      : Gate(version).copy(value, into: &output)
    if !isWritten { output.takeBack(to: start) }
  }

  private static func writeOld(
    _ instance: AttributeList.Instance, _ value: TTLVItem, _ version: KMIPVersion, _ hasIndex: Bool,
    into output: inout TTLVWriter
  ) -> Bool {
    guard let text = instance.name.text else { return false }
    let mark = output.open(.attribute)
    output.text(.attributeName, text)
    if hasIndex || instance.index != 0 { output.integer(.attributeIndex, instance.index) }
    if instance.name.isVendors {
      guard let inner = value[.attributeValue] else { return false }
      output.copy(inner)
    } else {
      guard Gate(version).copy(value, as: .attributeValue, into: &output) else { return false }
    }
    output.close(mark)
    return true
  }

  /// All of a list, as an answer has them: one Attribute after the other before 2.0, then an Attributes structure.
  static func write(_ list: AttributeList, _ version: KMIPVersion, into output: inout TTLVWriter) {
    guard version >= .v2_0 else {
      for instance in list.instances { write(instance, version, into: &output) }
      return
    }
    let mark = output.open(.attributes)
    for instance in list.instances { write(instance, version, into: &output) }
    output.close(mark)
  }

  /// In a structure of that tag, whichever version.
  static func write(
    _ list: AttributeList, in container: KMIPTag, _ version: KMIPVersion, into output: inout TTLVWriter
  ) {
    let mark = output.open(container)
    for instance in list.instances { write(instance, version, into: &output) }
    output.close(mark)
  }

  /// What an attribute is called: an Attribute Name before 2.0, then an Attribute Reference.
  static func write(_ name: AttributeName, _ version: KMIPVersion, into output: inout TTLVWriter) {
    guard AttributeRules.rule(for: name.tag)?.isKnown(in: version) ?? false else { return }
    guard version >= .v2_0 else {
      if let text = name.text { output.text(.attributeName, text) }
      return
    }
    guard name.isVendors else {
      output.enumeration(.attributeReference, name.tag.rawValue)
      return
    }
    let mark = output.open(.attributeReference)
    output.text(.vendorIdentification, name.vendor)
    output.text(.attributeName, name.name)
    output.close(mark)
  }
}

/// Lets through what a version has.
struct Gate {
  let version: KMIPVersion

  init(_ version: KMIPVersion) { self.version = version }

  /// Copies an item, without the fields that the version lacks.
  /// - Returns: false when it holds a value that the version lacks; what was written is then for the caller to take back.
  func copy(_ item: TTLVItem, as tag: KMIPTag? = nil, into output: inout TTLVWriter) -> Bool {
    if let number = item.enumeration {
      guard number >> 28 == 8 || KMIPRegistry.isKnown(number, in: item.tag, version) else { return false }
    }
    guard item.type != .dateTimeExtended || version >= .v2_0 else { return false }
    guard item.isStructure else {
      output.copy(item, as: tag)
      return true
    }
    let mark = output.open(tag ?? item.tag)
    for child in item.children where isKnown(child.tag, in: item.tag) {
      guard copy(child, into: &output) else { return false }
    }
    output.close(mark)
    return true
  }

  private func isKnown(_ field: KMIPTag, in structure: KMIPTag) -> Bool {
    if let first = Gate.later[structure]?[field] { return version >= first }
    return field.isExtension || KMIPRegistry.isKnown(field, in: version)
  }

  /// Fields that are younger in their structure than their tag is.
  private static let later: [KMIPTag: [KMIPTag: KMIPVersion]] = [
    .digest: [.keyFormatType: .v1_1],
    .cryptographicParameters: [.digitalSignatureAlgorithm: .v1_2, .cryptographicAlgorithm: .v1_2],
  ]
}
