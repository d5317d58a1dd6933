/// What the specification calls things, and since which version they exist: tags with their types, enumerations and masks
/// with their values, of KMIP 1.0 to 2.1.
///
/// Two spellings of a name: "Cryptographic Algorithm" as in the specification and in a 1.x Attribute Name, and
/// "CryptographicAlgorithm" as in XML and JSON.
package enum KMIPRegistry {
  private static let tables = RegistryTables()

  // MARK: Tags

  package static func name(of tag: KMIPTag) -> String? { tables[tag]?.name }

  package static func camelName(of tag: KMIPTag) -> String? { tables[tag]?.camelName }

  /// The tag of exactly that name in the specification: what the value of an attribute of that name is, for one.
  package static func tag(named name: String) -> KMIPTag? {
    guard let tag = tag(camel: name.utf8), tables[tag]?.name == name else { return nil }
    return tag
  }

  /// The tag that XML and JSON mean. Case and punctuation don't count: clients differ in them.
  package static func tag(camel name: some Collection<UInt8>) -> KMIPTag? {
    CamelCase.key(name).flatMap { tables.tagsByKey[$0] }
  }

  /// The types that an item with that tag may have in some version; nil for tags that the specification doesn't have.
  package static func types(of tag: KMIPTag) -> ItemTypes? { tables[tag]?.types }

  /// Whether that version has the tag. Tags of vendors belong to none.
  package static func isKnown(_ tag: KMIPTag, in version: KMIPVersion) -> Bool {
    tables.versions(of: tag)?.contains(version) ?? false
  }

  // MARK: Values, by the tag that holds them

  package static func isMask(_ tag: KMIPTag) -> Bool { tables.enumeration(of: tag)?.isMask ?? false }

  package static func name(of value: UInt32, in tag: KMIPTag) -> String? {
    tables.holdsTags(tag) ? name(of: KMIPTag(value)) : tables.value(value, in: tag)?.name
  }

  package static func camelName(of value: UInt32, in tag: KMIPTag) -> String? {
    tables.holdsTags(tag) ? camelName(of: KMIPTag(value)) : tables.value(value, in: tag)?.camelName
  }

  /// The value, or one bit of a mask, that XML and JSON mean. Case and punctuation don't count.
  package static func value(camel name: some Collection<UInt8>, in tag: KMIPTag) -> UInt32? {
    if tables.holdsTags(tag) { return KMIPRegistry.tag(camel: name)?.rawValue }
    guard let key = CamelCase.key(name) else { return nil }
    return tables.enumeration(of: tag)?.numbers[key]
  }

  /// Whether that version has the value. Values of vendors belong to none.
  package static func isKnown(_ value: UInt32, in tag: KMIPTag, _ version: KMIPVersion) -> Bool {
    if tables.holdsTags(tag) { return isKnown(KMIPTag(value), in: version) }
    return tables.value(value, in: tag)?.versions.contains(version) ?? false
  }

  package static func isKnown(_ value: some KMIPEnumeration, in version: KMIPVersion) -> Bool {
    isKnown(value.rawValue, in: type(of: value).tag, version)
  }

  /// The values that a version has, in the specification's order; the single bits of a mask.
  package static func values(in tag: KMIPTag, _ version: KMIPVersion) -> [UInt32] {
    tables.enumeration(of: tag)?.values.filter { $0.versions.contains(version) }.map(\.number) ?? []
  }
}
