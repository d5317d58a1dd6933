/// The tables, read once.
struct RegistryTables: Sendable {
  struct Tag: Sendable {
    let name: String
    let camelName: String
    let types: ItemTypes
    let versions: VersionRange
    /// Place of the enumeration or mask that it holds.
    let enumeration: Int?
    /// Its values are tags.
    let holdsTags: Bool
  }

  /// By the lower half of the number.
  private var tags: [Tag?]
  private let enumerations: [EnumerationTable.Entry]
  /// By `CamelCase.key`.
  private(set) var tagsByKey: [String: KMIPTag] = [:]

  init() {
    let entries = TagTable.read()
    let enumerations = EnumerationTable.read()
    let places = Dictionary(
      enumerations.indices.map { (enumerations[$0].name, $0) }, uniquingKeysWith: { first, _ in first })
    self.enumerations = enumerations
    tags = Array(repeating: nil, count: 1 + Int(entries.map { $0.tag.rawValue & 0xffff }.max() ?? 0))
    for entry in entries {
      tags[Int(entry.tag.rawValue & 0xffff)] = Tag(
        name: entry.name, camelName: CamelCase.spell(entry.name.utf8), types: entry.types,
        versions: entry.versions, enumeration: places[entry.enumeration],
        holdsTags: entry.enumeration == "Tag")
      if let key = CamelCase.key(entry.name.utf8) { tagsByKey[key] = entry.tag }
    }
    // Published test cases have it so.
    tagsByKey["uniquebatchitemidentifier"] = .uniqueBatchItemID
  }

  subscript(tag: KMIPTag) -> Tag? {
    let place = Int(tag.rawValue & 0xffff)
    return tag.isStandard && place < tags.count ? tags[place] : nil
  }

  func versions(of tag: KMIPTag) -> VersionRange? { self[tag]?.versions }

  func enumeration(of tag: KMIPTag) -> EnumerationTable.Entry? {
    self[tag]?.enumeration.map { enumerations[$0] }
  }

  func value(_ number: UInt32, in tag: KMIPTag) -> EnumerationTable.Value? {
    guard let place = self[tag]?.enumeration else { return nil }
    return enumerations[place].value(number)
  }

  func holdsTags(_ tag: KMIPTag) -> Bool { self[tag]?.holdsTags ?? false }
}
