/// The tags, in KMIP 2.1's spelling. A line that begins with `=` says which versions have the tags below it: from one on, or
/// from one to another. Each further line is one tag: the lower half of its number, its types, its name, and behind `<` the
/// enumeration that it holds when that isn't named as the tag is.
///
/// Types: S structure, I integer, L long integer, G big integer, E enumeration, B boolean, T text, Y bytes, D date-time,
/// N interval, X date-time extended, * any. They are those of all versions together.
enum TagTable {
  struct Entry: Sendable {
    let tag: KMIPTag
    let versions: VersionRange
    let types: ItemTypes
    let name: String
    /// Of the enumeration or mask that the tag would hold.
    let enumeration: String
  }

  static func read() -> [Entry] {
    var entries: [Entry] = []
    entries.reserveCapacity(384)
    for part in [since10, since1x, since2x] {
      var versions = VersionRange()
      for line in part.utf8.split(separator: UInt8(ascii: "\n")) {
        if line.first == UInt8(ascii: "=") {
          versions = VersionRange(line.dropFirst(2))
        } else if let entry = entry(line, versions) {
          entries.append(entry)
        }
      }
    }
    return entries
  }

  private static func entry(_ line: Substring.UTF8View, _ versions: VersionRange) -> Entry? {
    let fields = line.split(separator: UInt8(ascii: " "), maxSplits: 2)
    guard fields.count == 3, let number = UInt32(Substring(fields[0]), radix: 16) else { return nil }
    let names = fields[2].split(separator: UInt8(ascii: "<"))
    guard let first = names.first, let last = names.last else { return nil }
    let name = names.count > 1 ? first.dropLast() : first
    return Entry(
      tag: KMIPTag(0x420000 | number), versions: versions, types: ItemTypes(letters: fields[1]),
      name: String(Substring(name)), enumeration: String(Substring(names.count > 1 ? last.dropFirst() : last))
    )
  }
}
