/// Enumerations and masks. A line with `=` names an enumeration, one with `&` a mask; below it stand the versions that have
/// values, and the values: number and name. Behind a name, parted by `|`, stand other spelling that versions, or published
/// test cases, have for it: they are understood, never written.
enum EnumerationTable {
  struct Value: Sendable {
    let number: UInt32
    let versions: VersionRange
    let name: String
    let camelName: String
  }

  struct Entry: Sendable {
    let name: String
    let isMask: Bool
    /// In the order of the table.
    fileprivate(set) var values: [Value] = []
    fileprivate(set) var places: [UInt32: Int] = [:]
    /// By `CamelCase.key`.
    fileprivate(set) var numbers: [String: UInt32] = [:]

    func value(_ number: UInt32) -> Value? { places[number].map { values[$0] } }
  }

  static func read() -> [Entry] {
    var entries: [Entry] = []
    for part in [aToK, lToZ, profiles, pkcs11] {
      var versions = VersionRange()
      for line in part.utf8.split(separator: UInt8(ascii: "\n")) {
        if let entry = head(line) {
          entries.append(entry)
        } else if !entries.isEmpty {
          read(line, &versions, into: &entries[entries.count - 1])
        }
      }
    }
    return entries
  }

  private static func head(_ line: Substring.UTF8View) -> Entry? {
    let isMask = line.first == UInt8(ascii: "&")
    guard isMask || line.first == UInt8(ascii: "=") else { return nil }
    return Entry(name: String(Substring(line.dropFirst(2))), isMask: isMask)
  }

  private static func read(
    _ line: Substring.UTF8View, _ versions: inout VersionRange, into entry: inout Entry
  ) {
    var rest = line
    if line.first != UInt8(ascii: " "), let colon = line.firstIndex(of: UInt8(ascii: ":")) {
      versions = VersionRange(line[..<colon])
      rest = line[colon...].dropFirst()
    }
    for text in rest.split(separator: UInt8(ascii: ";")) {
      let text = text.drop { $0 == UInt8(ascii: " ") }
      let fields = text.split(separator: UInt8(ascii: " "), maxSplits: 1)
      guard fields.count == 2, let number = UInt32(Substring(fields[0]), radix: 16) else { continue }
      add(number, fields[1].split(separator: UInt8(ascii: "|")), versions, to: &entry)
    }
  }

  private static func add(
    _ number: UInt32, _ names: [Substring.UTF8View], _ versions: VersionRange, to entry: inout Entry
  ) {
    guard let name = names.first else { return }
    let camelName = CamelCase.spell(name)
    entry.places[number] = entry.values.count
    entry.values.append(
      Value(number: number, versions: versions, name: String(Substring(name)), camelName: camelName))
    // "3DES" is "DES3" in camel case, so the name alone isn't enough.
    for key in [CamelCase.key(camelName.utf8)] + names.map({ CamelCase.key($0) }) {
      if let key { entry.numbers[key] = number }
    }
  }
}
