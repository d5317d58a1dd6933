import Testing
import WireJSON

@Suite struct JSONDocumentTests {
  private static let limits = JSONDocument.Limits(depth: 8, nodes: 200)

  private func read(_ text: String) throws(JSONError) -> JSONValue {
    try JSONDocument(Array(text.utf8), limits: Self.limits).root
  }

  private func reason(_ text: String) -> JSONError.Reason? { reason(Array(text.utf8)) }

  private func reason(_ bytes: [UInt8]) -> JSONError.Reason? {
    do throws(JSONError) {
      _ = try JSONDocument(bytes, limits: Self.limits)
      return nil
    } catch {
      return error.reason
    }
  }

  @Test func `members are found by name and keep their order`() throws {
    let root = try read(#" {"b":1, "a":{"x":[true,false,null]},"\u0063":"d"} "#)
    #expect(root.members.map(\.name) == ["b", "a", "c"])
    #expect(root["b"]?.integer == 1)
    #expect(root["a"]?["x"]?.elements.map(\.bool) == [true, false, nil])
    #expect(root["a"]?["x"]?.elements.last?.isNull == true)
    #expect(root["c"]?.string == "d")
    #expect(root["missing"]?.string == nil)
  }

  @Test(arguments: [
    (#""\"\\\/\b\f\n\r\t""#, "\"\\/\u{8}\u{c}\n\r\t"), (#""\u00e9\uD834\uDD1E""#, "é𝄞"), (#""é𝄞""#, "é𝄞"),
    ("\"\"", ""),
  ])
  func `strings come back with their escapes resolved`(text: String, expected: String) throws {
    #expect(try read(text).string == expected)
  }

  @Test(arguments: [
    ("", JSONError.Reason.unexpectedEnd), ("{", .unexpectedEnd), (#"{"a""#, .unexpectedEnd),
    (#""abc"#, .unexpectedEnd),
    ("{a:1}", .unexpectedByte), ("[1,]", .unexpectedByte), (#"{"a":1,}"#, .unexpectedByte),
    ("nul", .unexpectedEnd),
    ("nulx", .unexpectedByte), ("01", .malformedNumber), ("-", .malformedNumber), ("1.", .malformedNumber),
    ("1e", .malformedNumber), ("+1", .unexpectedByte), ("NaN", .unexpectedByte),
    (#"{"a":1,"a":2}"#, .duplicateMember),
    (#"{"a":1,"\u0061":2}"#, .duplicateMember), ("1 2", .trailingBytes), ("\"\u{1}\"", .malformedString),
    (#""\x""#, .malformedString), (#""\uD800""#, .malformedString), (#""\uDC00\uD800""#, .malformedString),
    (#""\u12""#, .malformedString), ("[[[[[[[[[]]]]]]]]]", .tooDeep), ("\u{feff}{}", .unexpectedByte),
  ])
  func `what is not strict JSON is refused`(text: String, expected: JSONError.Reason) {
    #expect(reason(text) == expected)
  }

  @Test func `bytes that are not UTF-8 are refused inside strings`() {
    for bytes: [UInt8] in [[0x22, 0xff, 0x22], [0x22, 0xc0, 0x80, 0x22], [0x22, 0xed, 0xa0, 0x80, 0x22]] {
      #expect(reason(bytes) == .malformedString)
    }
  }

  @Test func `the number of values is bounded`() {
    #expect(reason("[" + Array(repeating: "0", count: 300).joined(separator: ",") + "]") == .tooMany)
  }

  @Test func `duplicates are found beyond the first few members too`() {
    let names = (0..<60).map { "\"n\($0)\":0" }
    #expect(reason("{" + names.joined(separator: ",") + "}") == nil)
    #expect(reason("{" + names.joined(separator: ",") + ",\"n3\":0}") == .duplicateMember)
    #expect(reason("{" + names.joined(separator: ",") + ",\"n59\":0}") == .duplicateMember)
  }

  @Test func `names that are equal only to Unicode are two names, at whatever place`() {
    let others = (0..<20).map { "\"n\($0)\":0" }.joined(separator: ",")
    let two = "\"\u{e9}\":0,\"e\u{301}\":0"
    #expect(reason("{\(two),\(others)}") == nil)
    #expect(reason("{\(others),\(two)}") == nil)
    #expect(reason("{\"\u{e9}\":0,\(others),\"\\u00e9\":0}") == .duplicateMember)
  }

  @Test(arguments: [("0", 0), ("-7", -7), ("9223372036854775807", Int64.max)] as [(String, Int64)])
  func `whole numbers are exact`(text: String, expected: Int64) throws {
    #expect(try read(text).integer == expected)
  }

  @Test(arguments: ["1.0", "1e2", "9223372036854775808"])
  func `other numbers are not whole`(text: String) throws {
    let value = try read(text)
    #expect(value.integer == nil)
    #expect(value.double == Double(text))
  }

  @Test func `plain bytes are lent only when there is nothing to unescape`() throws {
    #expect(try plainCount("\"QUJD\"") == 4)
    #expect(try plainCount(#""QU\u004aD""#) == nil)
    #expect(try plainCount("12") == nil)
  }

  private func plainCount(_ text: String) throws -> Int? {
    try read(text).withPlainBytes { $0.count }
  }

  @Test func `no sequence of bytes traps the reader`() {
    var generator = SeededGenerator(seed: 7)
    let alphabet = Array(#"{}[]":,0129.eE+-\utrfalsn "#.utf8) + [0x00, 0xc3, 0xa9, 0xff]
    var accepted = 0
    for _ in 0..<20_000 {
      let bytes = (0..<Int.random(in: 0...24, using: &generator)).map { _ in
        alphabet[Int.random(in: 0..<alphabet.count, using: &generator)]
      }
      if reason(bytes) == nil { accepted += 1 }
    }
    #expect(accepted > 0)
  }
}

struct SeededGenerator: RandomNumberGenerator {
  private var state: UInt64
  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return state ^ (state >> 29)
  }
}
