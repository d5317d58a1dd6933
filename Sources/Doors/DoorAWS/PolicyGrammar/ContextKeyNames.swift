import WireJSON

/// The condition keys that policies ask for, as they are written: in conditions, and as variables in texts.
enum ContextKeyNames {
  /// Each once (letters are the same in both cases, ASCII), in the order in which they come.
  static func all(in documents: [[UInt8]]) -> [String] {
    var found = Found()
    for document in documents {
      guard let json = try? JSONDocument(document, limits: PolicyLimits.json) else { continue }
      for statement in statements(json.root) {
        for block in statement["Condition"]?.members ?? [] {
          for key in block.value.members { found.add(key.name) }
        }
      }
      for name in variables(in: document) { found.add(name) }
    }
    return found.names
  }

  private struct Found {
    var names: [String] = []
    private var folded: Set<String> = []

    mutating func add(_ name: String) {
      if folded.insert(name.lowercased()).inserted { names.append(name) }
    }
  }

  /// One may stand without a list.
  private static func statements(_ root: JSONValue) -> [JSONValue] {
    guard let found = root["Statement"] else { return [] }
    return found.kind == .array ? found.elements : [found]
  }

  /// `${NAME}` and `${NAME, 'VALUE'}`; not the three escapes of one character.
  private static func variables(in document: [UInt8]) -> [String] {
    var names: [String] = []
    var rest = document[...]
    while let start = rest.firstIndex(of: UInt8(ascii: "$")) {
      rest = rest[(start + 1)...]
      guard rest.first == UInt8(ascii: "{") else { continue }
      guard let end = rest.firstIndex(of: UInt8(ascii: "}")) else { break }
      let inside = rest[(rest.startIndex + 1)..<end].prefix { $0 != UInt8(ascii: ",") && $0 != 0x20 }
      if inside.count > 1 { names.append(String(decoding: inside, as: UTF8.self)) }
      rest = rest[end...]
    }
    return names
  }
}
