import Testing
import WireJSON

@Suite struct JSONWriterTests {
  @Test func `commas and nesting are right`() {
    var writer = JSONWriter()
    writer.beginObject()
    writer.member("a", 1)
    writer.name("b")
    writer.beginArray()
    writer.value("x")
    writer.value(true)
    writer.null()
    writer.beginObject()
    writer.endObject()
    writer.endArray()
    writer.member("c", "d")
    writer.endObject()
    #expect(String(decoding: writer.bytes, as: UTF8.self) == #"{"a":1,"b":["x",true,null,{}],"c":"d"}"#)
  }

  @Test(arguments: ["", "plain", "\"\\/\n\r\t\u{0}\u{1f}\u{7f}", "é𝄞\u{2028}", "tail\""])
  func `every text reads back`(text: String) throws {
    var writer = JSONWriter()
    writer.value(text)
    let limits = JSONDocument.Limits(depth: 1, nodes: 1)
    #expect(try JSONDocument(writer.bytes, limits: limits).root.string == text)
    #expect(!writer.bytes.contains(0x0a))
  }

  @Test(arguments: [(0, "0.000"), (1_234, "1.234"), (-5, "-0.005"), (-1_005, "-1.005"), (60_000, "60.000")])
  func `milliseconds become seconds`(milliseconds: Int64, expected: String) {
    var writer = JSONWriter()
    writer.seconds(milliseconds: milliseconds)
    #expect(String(decoding: writer.bytes, as: UTF8.self) == expected)
  }

  @Test func `bytes become base 64`() {
    var writer = JSONWriter()
    writer.base64([0xfb, 0xff, 0x00, 0x01].span)
    #expect(String(decoding: writer.bytes, as: UTF8.self) == "\"+/8AAQ==\"")
  }
}
