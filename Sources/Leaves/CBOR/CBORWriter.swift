/// Writes data items in their shortest form (RFC 8949 section 4.2.1). Like every writer here it trusts its caller about structure:
/// as many elements must follow as were announced.
package struct CBORWriter {
  package private(set) var bytes: [UInt8] = []

  package init() {}

  package mutating func unsigned(_ number: UInt64) { head(0, number) }

  /// The number -1 - n.
  package mutating func negative(_ n: UInt64) { head(1, n) }

  package mutating func bytes(_ value: [UInt8]) {
    head(2, UInt64(value.count))
    bytes.append(contentsOf: value)
  }

  package mutating func text(_ value: String) {
    head(3, UInt64(value.utf8.count))
    bytes.append(contentsOf: value.utf8)
  }

  /// So many elements follow.
  package mutating func array(_ count: Int) { head(4, UInt64(clamping: count)) }

  /// So many pairs of key and value follow.
  package mutating func map(_ count: Int) { head(5, UInt64(clamping: count)) }

  /// One element follows.
  package mutating func tag(_ number: UInt64) { head(6, number) }

  package mutating func bool(_ value: Bool) { bytes.append(value ? 0xf5 : 0xf4) }

  package mutating func null() { bytes.append(0xf6) }

  private mutating func head(_ kind: UInt8, _ argument: UInt64) {
    switch argument {
    case 0...23: bytes.append(kind << 5 | UInt8(argument))
    case 24...0xff: append(kind, 24, argument, count: 1)
    case 0x100...0xffff: append(kind, 25, argument, count: 2)
    case 0x1_0000...0xffff_ffff: append(kind, 26, argument, count: 4)
    default: append(kind, 27, argument, count: 8)
    }
  }

  private mutating func append(_ kind: UInt8, _ form: UInt8, _ argument: UInt64, count: Int) {
    bytes.append(kind << 5 | form)
    for place in (0..<count).reversed() {
      bytes.append(UInt8(truncatingIfNeeded: argument >> UInt64(8 * place)))
    }
  }
}
