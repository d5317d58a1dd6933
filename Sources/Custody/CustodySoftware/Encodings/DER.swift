import KMSSecrets

/// Reads DER (X.690) strictly: lengths in their shortest form, nothing but what is asked for. It holds places, not bytes, so that
/// secret bytes stay where they are.
struct DERReader {
  private var at: Int
  private let end: Int

  init(_ range: Range<Int>) {
    at = range.lowerBound
    end = range.upperBound
  }

  var isAtEnd: Bool { at == end }
  /// Everything that wasn't read yet.
  var rest: Range<Int> { at..<end }

  func isNext(_ tag: UInt8, in bytes: Span<UInt8>) -> Bool { at < end && bytes[at] == tag }

  /// Where the content of the next item is, which must have this tag.
  mutating func next(_ tag: UInt8, in bytes: Span<UInt8>) -> Range<Int>? {
    guard isNext(tag, in: bytes), end - at >= 2 else { return nil }
    var cursor = at + 2
    var length = Int(bytes[at + 1])
    if length >= 0x80 {
      let digits = length - 0x80
      guard (1...3).contains(digits), end - cursor >= digits else { return nil }
      length = 0
      for _ in 0..<digits {
        length = length << 8 | Int(bytes[cursor])
        cursor += 1
      }
      // The shortest form, and no leading zeros.
      guard length >= 0x80, length >> (8 * (digits - 1)) != 0 else { return nil }
    }
    guard end - cursor >= length else { return nil }
    at = cursor + length
    return cursor..<at
  }

  /// Where the digits of the next integer are, which must not be negative; none for zero.
  mutating func nextNumber(in bytes: Span<UInt8>) -> Range<Int>? {
    guard let content = next(DER.integerTag, in: bytes), let first = content.first else { return nil }
    guard bytes[first] < 0x80 else { return nil }
    guard bytes[first] == 0 else { return content }
    // A zero is there only for the sign of what follows, or for itself.
    guard content.count == 1 || bytes[first + 1] >= 0x80 else { return nil }
    return (first + 1)..<content.upperBound
  }

  /// Whether the next integer is this small one.
  mutating func skip(_ number: UInt8, in bytes: Span<UInt8>) -> Bool {
    guard let content = next(DER.integerTag, in: bytes), content.count == 1 else { return false }
    return bytes[content.lowerBound] == number
  }
}

/// Writes DER: public items as arrays, secret ones in secret memory.
enum DER {
  static let integerTag: UInt8 = 0x02
  static let bitStringTag: UInt8 = 0x03
  static let octetStringTag: UInt8 = 0x04
  static let identifierTag: UInt8 = 0x06
  static let sequenceTag: UInt8 = 0x30
  /// Constructed, context-specific, [0] and [1].
  static let firstTag: UInt8 = 0xa0
  static let secondTag: UInt8 = 0xa1
  /// Primitive, context-specific, [0].
  static let seedTag: UInt8 = 0x80

  static func head(_ tag: UInt8, _ length: Int) -> [UInt8] {
    if length < 0x80 { return [tag, UInt8(truncatingIfNeeded: length)] }
    var digits: [UInt8] = []
    var left = length
    while left > 0 {
      digits.insert(UInt8(truncatingIfNeeded: left), at: 0)
      left >>= 8
    }
    return [tag, 0x80 | UInt8(truncatingIfNeeded: digits.count)] + digits
  }

  static func item(_ tag: UInt8, _ content: [UInt8]) -> [UInt8] { head(tag, content.count) + content }

  /// The integer whose digits these are, leading zeros or not.
  static func integer(_ digits: [UInt8]) -> [UInt8] {
    let number = Array(digits.drop { $0 == 0 })
    guard let first = number.first else { return [integerTag, 1, 0] }
    return item(integerTag, (first >= 0x80 ? [0] : []) + number)
  }

  /// The bits of whole bytes.
  static func bitString(_ content: [UInt8]) -> [UInt8] { item(bitStringTag, [0] + content) }

  static func secretItem(_ tag: UInt8, _ content: [Secret]) -> Secret {
    let length = content.reduce(0) { $0 + $1.bytes.count }
    return Secret(Secret.joined([Secret(head(tag, length))] + content))
  }

  static func secretInteger(_ digits: Secret) -> Secret {
    let zeros = digits.bytes.withBytes { bytes in bytes.indices.first { bytes[$0] != 0 } ?? bytes.count }
    let number = digits.bytes.slice(zeros..<digits.bytes.count)
    let isSigned = number.withBytes { bytes in bytes.isEmpty || bytes[0] >= 0x80 }
    return secretItem(integerTag, (isSigned ? [Secret([0] as [UInt8])] : []) + [Secret(number)])
  }
}

/// The bytes of a place.
func copy(_ range: Range<Int>, of bytes: Span<UInt8>) -> [UInt8] {
  var result: [UInt8] = []
  result.reserveCapacity(range.count)
  for index in range { result.append(bytes[index]) }
  return result
}
