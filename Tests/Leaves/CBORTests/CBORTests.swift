import Testing

@testable import CBOR

private let limits = CBORReader.Limits(depth: 8, items: 64)

private func read(_ bytes: [UInt8], _ limits: CBORReader.Limits = limits) throws(CBORError) -> CBORValue {
  try CBORReader.read(bytes, limits: limits)
}

@Suite("CBOR")
struct CBORTests {
  /// Examples of RFC 8949, appendix A, as far as this reader has their kinds.
  private static let examples: [([UInt8], CBORValue)] = [
    ([0x00], .unsigned(0)), ([0x17], .unsigned(23)), ([0x18, 0x18], .unsigned(24)),
    ([0x19, 0x03, 0xe8], .unsigned(1000)), ([0x1a, 0x00, 0x0f, 0x42, 0x40], .unsigned(1_000_000)),
    ([0x1b, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff], .unsigned(.max)), ([0x20], .negative(0)),
    ([0x38, 0x63], .negative(99)), ([0xf4], .bool(false)), ([0xf5], .bool(true)), ([0xf6], .null),
    ([0x40], .bytes([])), ([0x44, 1, 2, 3, 4], .bytes([1, 2, 3, 4])), ([0x60], .text("")),
    ([0x64, 0x49, 0x45, 0x54, 0x46], .text("IETF")), ([0x62, 0xc3, 0xbc], .text("\u{fc}")),
    ([0x80], .array([])), ([0x83, 1, 2, 3], .array([.unsigned(1), .unsigned(2), .unsigned(3)])),
    ([0xa0], .map([:])),
    ([0xa2, 1, 2, 3, 4], .map([.unsigned(1): .unsigned(2), .unsigned(3): .unsigned(4)])),
    ([0xc1, 0x00], .tagged(1, .unsigned(0))),
  ]

  @Test("the standard's examples are read, and written as they were", arguments: examples)
  func example(bytes: [UInt8], value: CBORValue) throws {
    #expect(try read(bytes) == value)
    var writer = CBORWriter()
    writer.write(value)
    #expect(writer.bytes.count == bytes.count)
    #expect(try read(writer.bytes) == value)
  }

  @Test(
    "longer numbers and lengths that come at the end are understood",
    arguments: [
      ([0x18, 0x01], CBORValue.unsigned(1)), ([0x1b, 0, 0, 0, 0, 0, 0, 0, 1], .unsigned(1)),
      ([0x58, 0x01, 7], .bytes([7])), ([0x9f, 1, 2, 0xff], .array([.unsigned(1), .unsigned(2)])),
      ([0x9f, 0xff], .array([])), ([0xbf, 1, 2, 0xff], .map([.unsigned(1): .unsigned(2)])),
    ])
  func tolerated(bytes: [UInt8], value: CBORValue) throws { #expect(try read(bytes) == value) }

  @Test(
    "what ends too early, or goes on, is refused",
    arguments: [
      [], [0x18], [0x19, 0], [0x41], [0x43, 1, 2], [0x61], [0x81], [0xa1, 1], [0xc1], [0x9f, 1],
      [0xbf, 1, 2],
      [0xbf], [0x00, 0x00], [0x40, 0xff], [0x5b, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff],
      [0x7b, 0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff],
      [0x9b, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff],
      [0xbb, 0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff], [0x9a, 0x10, 0, 0, 0],
    ] as [[UInt8]])
  func lengths(bytes: [UInt8]) { #expect(throws: CBORError.length) { try read(bytes) } }

  @Test(
    "what the standard reserves is refused, and text that is none",
    arguments: [[0x1c], [0x1d], [0x5e], [0x1f], [0x3f], [0xdf, 0x00], [0x61, 0xff], [0x62, 0xc0, 0x80]]
      as [[UInt8]])
  func malformed(bytes: [UInt8]) { #expect(throws: CBORError.malformed) { try read(bytes) } }

  @Test(
    "kinds that no signed document needs are refused",
    arguments: [
      [0xf7], [0xe0], [0xf8, 0x20], [0xf9, 0x3c, 0x00], [0xfa, 0, 0, 0, 0], [0xfb, 0, 0, 0, 0, 0, 0, 0, 0],
      [0x5f, 0x41, 1, 0xff], [0x7f, 0x61, 0x61, 0xff], [0xff],
    ] as [[UInt8]])
  func unsupported(bytes: [UInt8]) { #expect(throws: CBORError.unsupported) { try read(bytes) } }

  @Test(
    "a key stands once, however it is written",
    arguments: [[0xa2, 1, 2, 1, 3], [0xa2, 1, 2, 0x18, 1, 3], [0xbf, 0x60, 1, 0x60, 1, 0xff]] as [[UInt8]])
  func duplicates(bytes: [UInt8]) { #expect(throws: CBORError.duplicateKey) { try read(bytes) } }

  @Test("depth and number have limits")
  func tooLarge() throws {
    let deep = [UInt8](repeating: 0x81, count: 7) + [0]
    #expect(try read(deep).array?.count == 1)
    #expect(throws: CBORError.tooLarge) { try read([0x81] + deep) }
    #expect(throws: CBORError.tooLarge) { try read([UInt8](repeating: 0xc1, count: 100_000) + [0]) }
    #expect(try read([0x98, 63] + [UInt8](repeating: 0, count: 63)).array?.count == 63)
    #expect(throws: CBORError.tooLarge) { try read([0x98, 64] + [UInt8](repeating: 0, count: 64)) }
    #expect(throws: CBORError.tooLarge) { try read([0x9f] + [UInt8](repeating: 0, count: 64) + [0xff]) }
  }
}

extension CBORWriter {
  /// Any value; the order of keys is nobody's.
  mutating func write(_ value: CBORValue) {
    switch value {
    case .unsigned(let number): unsigned(number)
    case .negative(let number): negative(number)
    case .bytes(let value): bytes(value)
    case .text(let value): text(value)
    case .array(let elements):
      array(elements.count)
      for element in elements { write(element) }
    case .map(let members):
      map(members.count)
      for (key, member) in members {
        write(key)
        write(member)
      }
    case .tagged(let number, let inner):
      tag(number)
      write(inner)
    case .bool(let value): bool(value)
    case .null: null()
    }
  }
}
