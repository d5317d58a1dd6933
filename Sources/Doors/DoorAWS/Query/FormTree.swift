import WireJSON

/// Parameters of a form, put together by the dots in their names.
struct FormTree {
  /// More than any operation's parameters need.
  static let deepest = 12

  private var value: String?
  /// In the order in which they came.
  private var names: [Substring] = []
  private var children: [Substring: FormTree] = [:]

  /// - Returns: whether there was room: a name has one value or members, never both.
  mutating func insert(_ text: String, at path: ArraySlice<Substring>) -> Bool {
    guard let name = path.first else {
      guard value == nil, names.isEmpty else { return false }
      value = text
      return true
    }
    guard value == nil, !name.isEmpty else { return false }
    if children[name] == nil { names.append(name) }
    return children[name, default: FormTree()].insert(text, at: path.dropFirst())
  }

  /// - Returns: false for a list with holes or with other members than numbers.
  func write(into output: inout JSONWriter) -> Bool {
    if let value {
      output.value(value)
      return true
    }
    if names == ["member"], let list = children["member"], list.value == nil {
      return list.writeElements(into: &output)
    }
    output.beginObject()
    for name in names {
      guard let child = children[name] else { return false }
      output.name(escaping: String(name))
      guard child.write(into: &output) else { return false }
    }
    output.endObject()
    return true
  }

  private func writeElements(into output: inout JSONWriter) -> Bool {
    output.beginArray()
    for number in 1...max(1, names.count) where !names.isEmpty {
      guard let child = children[Substring(String(number))] else { return false }
      guard child.write(into: &output) else { return false }
    }
    output.endArray()
    return true
  }
}
