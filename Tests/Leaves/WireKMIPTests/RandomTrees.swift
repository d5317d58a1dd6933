import SeededRandom

@testable import WireKMIP

/// Items of every type under tags of every kind, nested at random.
struct RandomTrees {
  private var source: SeededRandom
  private var left = 0

  init(_ seed: UInt64) { source = SeededRandom(seed) }

  mutating func next() -> [UInt8] {
    left = 60
    var writer = TTLVWriter()
    let mark = writer.open(.requestMessage)
    for _ in 0..<source.below(6) { item(depth: 5, to: &writer) }
    writer.close(mark)
    return writer.bytes
  }

  private mutating func item(depth: Int, to writer: inout TTLVWriter) {
    left -= 1
    if depth > 0, left > 0, source.below(3) == 0 {
      let mark = writer.open(tag())
      if source.below(4) == 0 { attribute(to: &writer) }
      for _ in 0..<source.below(5) { item(depth: depth - 1, to: &writer) }
      writer.close(mark)
    } else {
      value(tag(), to: &writer)
    }
  }

  /// A name and a value that takes its meaning from it, or doesn't.
  private mutating func attribute(to writer: inout TTLVWriter) {
    let holder = tag()
    writer.text(.attributeName, KMIPRegistry.name(of: holder) ?? "x-Name")
    let value = KMIPRegistry.values(in: holder, .v2_1).randomElement(using: &source) ?? 5
    if KMIPRegistry.isMask(holder) {
      writer.integer(.attributeValue, Int32(truncatingIfNeeded: value))
    } else {
      writer.enumeration(.attributeValue, value)
    }
  }

  private mutating func tag() -> KMIPTag {
    switch source.below(10) {
    case 0: KMIPTag(0x540000 | UInt32(source.below(0x10000)))
    case 1: KMIPTag(0x420000 | UInt32(source.below(0x10000)))
    default: KMIPTag(0x420001 + UInt32(source.below(0x176)))
    }
  }

  private mutating func value(_ tag: KMIPTag, to writer: inout TTLVWriter) {
    let word = source.next() >> UInt64(source.below(64))
    switch source.below(10) {
    case 0: writer.integer(tag, Int32(truncatingIfNeeded: word))
    case 1: writer.longInteger(tag, Int64(bitPattern: word))
    case 2: writer.bigInteger(tag, source.bytes(source.below(30)))
    case 3: writer.enumeration(tag, enumeration(tag))
    case 4: writer.boolean(tag, word & 1 == 1)
    case 5: writer.text(tag, text())
    case 6: writer.byteString(tag, source.bytes(source.below(40)))
    case 7: writer.dateTime(tag, Int64(bitPattern: word))
    case 8: writer.interval(tag, UInt32(truncatingIfNeeded: word))
    default: writer.dateTimeExtended(tag, Int64(bitPattern: word))
    }
  }

  private mutating func enumeration(_ tag: KMIPTag) -> UInt32 {
    if source.below(3) > 0, let known = KMIPRegistry.values(in: tag, .v2_1).randomElement(using: &source) {
      return known
    }
    return source.below(2) == 0 ? UInt32(source.below(40)) : 0x8000_0000 | UInt32(source.below(100))
  }

  /// Characters that XML has, those that it must write otherwise among them.
  private mutating func text() -> String {
    let special: [Unicode.Scalar] = [
      "&", "<", ">", "\"", "'", "\t", "\n", "\r", " ", "\\", "/", "\u{7f}", "\u{85}",
    ]
    var result = String.UnicodeScalarView()
    for _ in 0..<source.below(20) {
      switch source.below(4) {
      case 0: result.append(special.randomElement(using: &source) ?? " ")
      case 1: result.append(Unicode.Scalar(UInt32(0xa0 + source.below(0xd000))) ?? "?")
      case 2: result.append(Unicode.Scalar(UInt32(0x10000 + source.below(0xfffff))) ?? "?")
      default: result.append(Unicode.Scalar(UInt8(0x20 + source.below(0x5f))))
      }
    }
    return String(result)
  }
}
