package import KMSBytes

/// Writes TTLV into one growing array of bytes. It trusts its caller about order and types and takes care of lengths and
/// padding.
///
/// What it writes may be secret: when it grows or takes back, it wipes the bytes that it leaves. `wipe`, or the end of what
/// `finish` gave, is the caller's.
package struct TTLVWriter {
  package private(set) var bytes: [UInt8] = []

  package init(capacity: Int = 512) { bytes.reserveCapacity(capacity) }

  package var count: Int { bytes.count }

  // MARK: Structures

  /// A structure that has been opened.
  package struct Mark: Sendable {
    fileprivate let start: Int
  }

  /// Every structure is closed by its own mark, the innermost first.
  package mutating func open(_ tag: KMIPTag) -> Mark {
    let start = bytes.count
    header(tag, .structure, 0)
    return Mark(start: start)
  }

  package mutating func close(_ mark: Mark) {
    guard bytes.count - mark.start >= 8 else { return }  // it has been taken back
    let length = UInt32(clamping: bytes.count - mark.start - 8)
    for place in 0..<4 {
      bytes[mark.start + 4 + place] = UInt8(truncatingIfNeeded: length >> (24 - 8 * UInt32(place)))
    }
  }

  package mutating func structure<Failure: Error>(
    _ tag: KMIPTag, _ body: (inout TTLVWriter) throws(Failure) -> Void
  ) throws(Failure) {
    let mark = open(tag)
    try body(&self)
    close(mark)
  }

  // MARK: Values

  package mutating func integer(_ tag: KMIPTag, _ value: Int32) {
    short(tag, .integer, UInt32(bitPattern: value))
  }

  package mutating func enumeration(_ tag: KMIPTag, _ value: UInt32) { short(tag, .enumeration, value) }

  package mutating func enumeration(_ tag: KMIPTag, _ value: some KMIPEnumeration) {
    short(tag, .enumeration, value.rawValue)
  }

  /// Under the tag that gives the enumeration its name.
  package mutating func enumeration<Value: KMIPEnumeration>(_ value: Value) {
    short(Value.tag, .enumeration, value.rawValue)
  }

  package mutating func mask(_ tag: KMIPTag, _ value: some OptionSet & RawRepresentable<Int32>) {
    integer(tag, value.rawValue)
  }

  /// - Parameter seconds: of time.
  package mutating func interval(_ tag: KMIPTag, _ seconds: UInt32) { short(tag, .interval, seconds) }

  package mutating func longInteger(_ tag: KMIPTag, _ value: Int64) { long(tag, .longInteger, value) }

  package mutating func boolean(_ tag: KMIPTag, _ value: Bool) { long(tag, .boolean, value ? 1 : 0) }

  /// - Parameter seconds: since 1970.
  package mutating func dateTime(_ tag: KMIPTag, _ seconds: Int64) { long(tag, .dateTime, seconds) }

  /// - Parameter microseconds: since 1970.
  package mutating func dateTimeExtended(_ tag: KMIPTag, _ microseconds: Int64) {
    long(tag, .dateTimeExtended, microseconds)
  }

  package mutating func text(_ tag: KMIPTag, _ value: String) { text(tag, utf8: value.utf8.span) }

  /// - Parameter value: well-formed UTF-8 without NUL.
  package mutating func text(_ tag: KMIPTag, utf8 value: Span<UInt8>) {
    header(tag, .textString, value.count)
    append(value)
    pad(value.count)
  }

  package mutating func byteString(_ tag: KMIPTag, _ value: Span<UInt8>) {
    header(tag, .byteString, value.count)
    append(value)
    pad(value.count)
  }

  package mutating func byteString(_ tag: KMIPTag, _ value: [UInt8]) { byteString(tag, value.span) }

  /// - Parameter value: two's complement, big-endian, of any length; its sign is extended to the next multiple of eight.
  package mutating func bigInteger(_ tag: KMIPTag, _ value: Span<UInt8>) {
    let length = max(8, TTLVReader.padded(value.count))
    header(tag, .bigInteger, length)
    let sign: UInt8 = value.count > 0 && value[0] >= 0x80 ? 0xff : 0
    for _ in value.count..<length { bytes.append(sign) }
    append(value)
  }

  package mutating func bigInteger(_ tag: KMIPTag, _ value: [UInt8]) { bigInteger(tag, value.span) }

  /// The item of another document as it stands there, or under another tag.
  package mutating func copy(_ item: TTLVItem, as tag: KMIPTag? = nil) {
    let start = bytes.count
    item.withEncoding { encoding in
      makeRoom(encoding.count)
      append(encoding)
    }
    guard let tag else { return }
    for place in 0..<3 {
      bytes[start + place] = UInt8(truncatingIfNeeded: tag.rawValue >> (16 - 8 * UInt32(place)))
    }
  }

  // MARK: Ends

  /// Puts another number into an Integer that was written.
  /// - Parameter place: the length when it was written.
  package mutating func replaceInteger(at place: Int, by value: Int32) {
    let value = UInt32(bitPattern: value)
    for byte in 0..<4 {
      bytes[place + 8 + byte] = UInt8(truncatingIfNeeded: value >> (24 - 8 * UInt32(byte)))
    }
  }

  /// Takes back everything from that length on.
  package mutating func takeBack(to count: Int) {
    guard count >= 0, count < bytes.count else { return }
    for index in count..<bytes.count { bytes[index] = 0 }
    bytes.removeLast(bytes.count - count)
  }

  package mutating func wipe() {
    let written = bytes
    bytes = []
    _ = WipedBytes(written)
  }

  /// What was written, to be wiped by its last user.
  package consuming func finish() -> WipedBytes { WipedBytes(bytes) }

  // MARK: Bytes

  mutating func header(_ tag: KMIPTag, _ type: ItemType, _ length: Int) {
    makeRoom(8 + TTLVReader.padded(length))
    append(tag.rawValue << 8 | UInt32(type.rawValue), UInt32(clamping: length))
  }

  mutating func short(_ tag: KMIPTag, _ type: ItemType, _ value: UInt32) {
    header(tag, type, 4)
    append(value, 0)
  }

  mutating func long(_ tag: KMIPTag, _ type: ItemType, _ value: Int64) {
    header(tag, type, 8)
    append(UInt32(truncatingIfNeeded: value >> 32), UInt32(truncatingIfNeeded: value))
  }

  /// Two words, big-endian, at once: nothing has an odd number of them.
  mutating func append(_ first: UInt32, _ second: UInt32) {
    bytes.append(addingCapacity: 8) { (room: inout OutputSpan<UInt8>) in
      TTLVWriter.append(first, to: &room)
      TTLVWriter.append(second, to: &room)
    }
  }

  private static func append(_ word: UInt32, to room: inout OutputSpan<UInt8>) {
    room.append(UInt8(truncatingIfNeeded: word >> 24))
    room.append(UInt8(truncatingIfNeeded: word >> 16))
    room.append(UInt8(truncatingIfNeeded: word >> 8))
    room.append(UInt8(truncatingIfNeeded: word))
  }

  mutating func append(_ span: Span<UInt8>) {
    bytes.append(addingCapacity: span.count) { (room: inout OutputSpan<UInt8>) in
      for index in span.indices { room.append(span[index]) }
    }
  }

  mutating func pad(_ length: Int) {
    for _ in length..<TTLVReader.padded(length) { bytes.append(0) }
  }

  /// Grows by hand, so that the bytes that are left behind can be wiped.
  mutating func makeRoom(_ more: Int) {
    guard bytes.capacity - bytes.count < more else { return }
    var larger: [UInt8] = []
    larger.reserveCapacity(max(2 * bytes.capacity, bytes.count + more))
    larger.append(contentsOf: bytes)
    wipe()
    bytes = larger
  }
}
