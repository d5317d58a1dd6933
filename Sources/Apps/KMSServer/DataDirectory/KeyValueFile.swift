package import KMSSystem

/// A small private file of `name=value` lines, in order. Values are ours: they have no line feeds.
package struct KeyValueFile: Sendable, Equatable {
  package private(set) var pairs: [(name: String, value: String)]

  package init(_ pairs: [(name: String, value: String)]) { self.pairs = pairs }

  package subscript(name: String) -> String? { pairs.first { $0.name == name }?.value }

  /// - Throws: `SystemError`; `EPERM` when others may read it.
  package init(reading path: String) throws(SystemError) {
    let text = String(decoding: try PrivateFile.read(path, limit: 64 << 10), as: UTF8.self)
    pairs = text.split(separator: "\n").compactMap { line in
      guard let equals = line.firstIndex(of: "=") else { return nil }
      return (String(line[..<equals]), String(line[line.index(after: equals)...]))
    }
  }

  package func write(to path: String) throws(SystemError) {
    let text = pairs.map { "\($0.name)=\($0.value)\n" }.joined()
    try PrivateFile.write(Array(text.utf8), to: path)
  }

  package static func == (one: KeyValueFile, other: KeyValueFile) -> Bool {
    one.pairs.elementsEqual(other.pairs) { $0 == $1 }
  }
}
