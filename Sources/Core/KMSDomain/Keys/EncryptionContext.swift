import KMSBytes

/// Names and values that are bound to a ciphertext and must be given again to open it: not secret, audited.
package struct EncryptionContext: Hashable, Sendable {
  /// Sorted by the UTF-8 bytes of the names, each name once.
  package let pairs: [Pair]
  /// Bytes of the canonical form.
  package let canonicalLength: Int

  package struct Pair: Hashable, Sendable {
    package let name: String
    package let value: String

    package init(name: String, value: String) {
      self.name = name
      self.value = value
    }
  }

  package static let empty = EncryptionContext(sorted: [])

  private init(sorted: [Pair]) {
    pairs = sorted
    canonicalLength = sorted.reduce(0) { $0 + 8 + $1.name.utf8.count + $1.value.utf8.count }
  }

  /// - Returns: nil when a name occurs twice.
  package init?(_ unsorted: [Pair]) {
    self.init(sorted: unsorted.count > 1 ? EncryptionContext.sorted(unsorted) : unsorted)
    guard pairs.count > 1 else { return }
    for index in 1..<pairs.count where pairs[index - 1].name.utf8.elementsEqual(pairs[index].name.utf8) {
      return nil
    }
  }

  /// Most come in order.
  private static func sorted(_ pairs: [Pair]) -> [Pair] {
    for index in 1..<pairs.count where precedes(pairs[index], pairs[index - 1]) {
      return pairs.sorted(by: precedes)
    }
    return pairs
  }

  private static func precedes(_ one: Pair, _ other: Pair) -> Bool {
    one.name.utf8.lexicographicallyPrecedes(other.name.utf8)
  }

  package subscript(name: String) -> String? { pairs.first { $0.name.utf8.elementsEqual(name.utf8) }?.value }

  /// The associated data: for each pair, in order, the length of the name (4 bytes, big-endian), the name, the length
  /// of the value, the value. Bytes are compared, never Unicode equivalents: "é" composed and decomposed differ.
  package func appendCanonical(to output: inout [UInt8]) {
    output.append(addingCapacity: canonicalLength) { (room: inout OutputSpan<UInt8>) in
      appendCanonical(to: &room)
    }
  }

  /// The same, into memory with room for `canonicalLength` bytes.
  package func appendCanonical(to output: inout OutputSpan<UInt8>) {
    let pairs = pairs.span
    for index in pairs.indices {
      output.append(counted: pairs[index].name)
      output.append(counted: pairs[index].value)
    }
  }
}
