import KMSBytes

/// The head of a request in the one plain form that the fast lane reads by itself.
struct PlainHead {
  let method: String
  let target: String
  let fields: FieldTable
  /// Bytes up to and including the empty line.
  let length: Int
  /// Bytes that follow it.
  let bodyLength: Int
}

/// Recognises requests of that form: a strict subset of HTTP/1.1 (RFC 9112) which every parser reads alike. Anything else
/// is left to the HTTP parser of the ordinary lane, bytes untouched. See docs/decisions/0009-plain-requests.md.
///
/// Plain: `METHOD /target HTTP/1.1` with a common method; lines that end in CR LF; names that are tokens; values of printable ASCII without
/// blanks at the end; one Host; at most one Content-Length, of up to eight digits; and none of the fields that change how
/// a message is framed or what becomes of the connection.
struct PlainRequestReader {
  enum Outcome {
    /// Plain so far; more bytes must come.
    case incomplete
    case foreign
    case head(PlainHead)
  }

  private let limits: HTTPLimits

  init(_ limits: HTTPLimits) { self.limits = limits }

  /// - Parameter bytes: of one connection, from where a request begins.
  func read(_ bytes: Span<UInt8>) -> Outcome {
    var scan = Scan(limit: min(bytes.count, limits.headerBytes))
    guard let method = scan.word(bytes, Scan.isCapital), let target = scan.word(bytes, Scan.isVisible),
      scan.isNext("HTTP/1.1\r\n", in: bytes)
    else { return scan.isAtEnd ? short(bytes) : .foreign }
    guard let name = PlainRequestReader.method(bytes, method), bytes[target.lowerBound] == UInt8(ascii: "/")
    else { return .foreign }
    var fields: [FieldTable.Field] = []
    fields.reserveCapacity(12)
    var framing = Framing()
    while let line = scan.field(bytes) {
      guard fields.count < limits.headerFields, framing.admits(line, bytes) else { return .foreign }
      fields.append(line)
    }
    guard scan.isNext("\r\n", in: bytes) else { return scan.isAtEnd ? short(bytes) : .foreign }
    guard framing.hosts == 1 else { return .foreign }
    return .head(
      PlainHead(
        method: name, target: PlainRequestReader.text(bytes, target),
        fields: FieldTable(bytes: PlainRequestReader.copy(bytes, scan.at, lowering: fields), fields: fields),
        length: scan.at, bodyLength: framing.bodyLength ?? 0))
  }

  private func short(_ bytes: Span<UInt8>) -> Outcome {
    bytes.count < limits.headerBytes ? .incomplete : .foreign
  }

  /// The methods of RFC 9110 and 5789 that an API uses; nil for others.
  private static func method(_ bytes: Span<UInt8>, _ range: Range<Int>) -> String? {
    if AsciiWord.equal(bytes, range, "POST") { return "POST" }
    if AsciiWord.equal(bytes, range, "GET") { return "GET" }
    if AsciiWord.equal(bytes, range, "PUT") { return "PUT" }
    if AsciiWord.equal(bytes, range, "DELETE") { return "DELETE" }
    if AsciiWord.equal(bytes, range, "PATCH") { return "PATCH" }
    return nil
  }

  private static func text(_ bytes: Span<UInt8>, _ range: Range<Int>) -> String {
    if range.count == 1, bytes[range.lowerBound] == UInt8(ascii: "/") { return "/" }
    return String(decoding: [UInt8](copying: bytes.extracting(range)), as: UTF8.self)
  }

  private static func copy(
    _ bytes: Span<UInt8>, _ count: Int, lowering fields: [FieldTable.Field]
  ) -> [UInt8] {
    var result = [UInt8](copying: bytes.extracting(..<count))
    var room = result.mutableSpan
    for field in fields {
      for index in field.name where room[index] &- 0x41 < 26 { room[index] |= 0x20 }
    }
    return result
  }
}

/// Where the reader stands, and what it takes from there.
private struct Scan {
  let limit: Int
  var at = 0

  init(limit: Int) { self.limit = limit }

  /// What was wanted may still come.
  var isAtEnd: Bool { at >= limit }

  /// Bytes of one kind, at least one, and the space behind them.
  mutating func word(_ bytes: Span<UInt8>, _ belongs: (UInt8) -> Bool) -> Range<Int>? {
    let start = at
    while at < limit, belongs(bytes[at]) { at += 1 }
    guard at > start, at < limit, bytes[at] == 0x20 else { return nil }
    at += 1
    return start..<at - 1
  }

  /// Takes the text; when it can't be whole yet, everything there is.
  mutating func isNext(_ text: StaticString, in bytes: Span<UInt8>) -> Bool {
    let end = min(at + text.utf8CodeUnitCount, limit)
    guard AsciiWord.isPrefix(bytes, at..<end, of: text) else { return false }
    let isWhole = end - at == text.utf8CodeUnitCount
    at = end
    return isWhole
  }

  /// One field with its line end; nil and nothing consumed when there is none here, or no whole one.
  mutating func field(_ bytes: Span<UInt8>) -> FieldTable.Field? {
    var index = at
    while index < limit, Scan.isToken(bytes[index]) { index += 1 }
    let name = at..<index
    guard index < limit else { return stop(index) }
    guard !name.isEmpty, bytes[index] == UInt8(ascii: ":") else { return nil }
    index += 1
    while index < limit, bytes[index] == 0x20 { index += 1 }
    let start = index
    index = StringScan.endOfPrintable(in: bytes, from: index, limit: limit)
    guard index + 1 < limit else { return stop(index) }
    guard bytes[index] == 0x0d, bytes[index + 1] == 0x0a, index == start || bytes[index - 1] != 0x20 else {
      return nil
    }
    at = index + 2
    return FieldTable.Field(name: name, value: start..<index)
  }

  private mutating func stop(_ index: Int) -> FieldTable.Field? {
    at = limit
    return nil
  }

  static func isCapital(_ byte: UInt8) -> Bool { byte &- 0x41 < 26 }
  static func isVisible(_ byte: UInt8) -> Bool { byte &- 0x21 < 0x5e }

  /// RFC 9110 section 5.6.2.
  static func isToken(_ byte: UInt8) -> Bool {
    let low: UInt64 = 0x03ff_6cfa_0000_0000
    let high: UInt64 = 0x57ff_ffff_c7ff_fffe
    return byte < 128 && (byte < 64 ? low >> UInt64(byte) : high >> UInt64(byte & 63)) & 1 == 1
  }
}

/// What the fields say about the message's frame.
private struct Framing {
  private(set) var hosts = 0
  private(set) var bodyLength: Int?

  /// False for a field that only the HTTP parser should judge.
  mutating func admits(_ field: FieldTable.Field, _ bytes: Span<UInt8>) -> Bool {
    func isNamed(_ name: StaticString) -> Bool { AsciiWord.matches(bytes, field.name, name) }
    switch field.name.count {
    case 2: return !isNamed("te")
    case 4 where isNamed("host"):
      hosts += 1
      return hosts == 1
    case 6: return !isNamed("expect")
    case 7: return !isNamed("upgrade") && !isNamed("trailer")
    case 10 where isNamed("connection"): return AsciiWord.matches(bytes, field.value, "keep-alive")
    case 14 where isNamed("content-length"):
      guard bodyLength == nil, let length = Framing.number(bytes, field.value) else { return false }
      bodyLength = length
      return true
    case 14: return !isNamed("http2-settings")
    case 16: return !isNamed("proxy-connection")
    case 17: return !isNamed("transfer-encoding")
    default: return true
    }
  }

  private static func number(_ bytes: Span<UInt8>, _ range: Range<Int>) -> Int? {
    guard (1...8).contains(range.count) else { return nil }
    var result = 0
    for index in range {
      guard bytes[index] &- 0x30 < 10 else { return nil }
      result = result * 10 + Int(bytes[index] &- 0x30)
    }
    return result
  }
}
