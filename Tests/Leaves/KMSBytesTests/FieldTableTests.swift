import KMSBytes
import Testing

@Suite("Fields of a message")
struct FieldTableTests {
  @Test("Names are found in lower case, values as they were, in their order")
  func lookUp() {
    let first = FieldTable(adding: [(name: "Host", value: "Example"), (name: "X-Amz-Date", value: "1")])
    let table = FieldTable(first, adding: [(name: "x-amz-date", value: ""), (name: "é", value: "ü")])
    #expect(table.values(of: "host") == ["Example"])
    #expect(table.values(of: "x-amz-date") == ["1", ""])
    #expect(table.values(of: "Host").isEmpty && table.values(of: "hos").isEmpty)
    #expect(table.fields.map { table.text($0.name) } == ["host", "x-amz-date", "x-amz-date", "é"])
    #expect(table.text(table.fields[3].value) == "ü")
  }

  @Test("Words are compared with pieces of bytes, never beyond them")
  func words() {
    let text = Array("Keep-Alive!".utf8)
    let matches = AsciiWord.matches(text.span, 0..<10, "keep-alive")
    let isLonger = AsciiWord.matches(text.span, 0..<11, "keep-alive")
    #expect(matches && !isLonger)
    let otherCase = AsciiWord.equal(text.span, 0..<10, "keep-alive")
    let sameCase = AsciiWord.equal(text.span, 0..<10, "Keep-Alive")
    #expect(!otherCase && sameCase)
    let beginning = AsciiWord.isPrefix(text.span, 0..<4, of: "Keep-Alive")
    let nothing = AsciiWord.isPrefix(text.span, 3..<3, of: "x")
    let beyond = AsciiWord.isPrefix(text.span, 0..<11, of: "Keep-Alive")
    #expect(beginning && nothing && !beyond)
  }

  @Test("Text is appended as its bytes, whatever the string's own form")
  func text() {
    var bytes = Array("a".utf8)
    bytes.append(text: "b" as StaticString)
    bytes.append(text: "")
    bytes.append(text: "small é")
    let long = String(repeating: "long ✓ ", count: 20)
    bytes.append(text: long)
    bytes.append(text: String(long.dropFirst(3)))
    #expect(bytes == Array(("absmall é" + long + long.dropFirst(3)).utf8))
  }
}

@Suite("Ends of string literals")
struct StringScanTests {
  /// The same, a byte at a time.
  private func end(of text: [UInt8], from start: Int) -> (Int, UInt8) {
    var seen: UInt8 = 0
    for index in start..<text.count {
      if text[index] == 0x22 || text[index] == 0x5c || text[index] < 0x20 { return (index, seen) }
      seen |= text[index]
    }
    return (text.count, seen)
  }

  @Test("Every byte in every place of a word is judged as it is alone")
  func everyByte() {
    for place in 0..<19 {
      for byte in UInt8.min...UInt8.max {
        var text = [UInt8](repeating: 0x61, count: 19)
        text[place] = byte
        var seen: UInt8 = 0
        let found = StringScan.end(of: text.span, from: 1, seen: &seen)
        let expected = end(of: text, from: 1)
        #expect(found == expected.0)
        #expect((seen > 0x7f) == (expected.1 > 0x7f))
      }
    }
  }

  @Test("Bytes that make a word borrow from one another are no ends", arguments: 0..<8)
  func borrows(place: Int) {
    for (low, high) in [(0x1f, 0x20), (0x21, 0x22), (0x22, 0x23), (0x5c, 0x5d), (0x80, 0x22), (0xff, 0x20)]
      as [(UInt8, UInt8)]
    {
      var text = [UInt8](repeating: 0x80, count: 24)
      text[8 + place] = low
      text[9 + place] = high
      var seen: UInt8 = 0
      let found = StringScan.end(of: text.span, from: 0, seen: &seen)
      #expect(found == end(of: text, from: 0).0)
    }
  }

  @Test("Printable text ends at the first byte that isn't, in whatever place and beside whatever byte")
  func printable() {
    for place in 0..<19 {
      for byte in UInt8.min...UInt8.max {
        for next in [0x1f, 0x20, 0x7e, 0x7f, 0x80, 0xff] as [UInt8] {
          var text = [UInt8](repeating: 0x7e, count: 20)
          text[place] = byte
          text[place + 1] = next
          let expected = text[1..<18].firstIndex { !(0x20...0x7e).contains($0) } ?? 18
          #expect(StringScan.endOfPrintable(in: text.span, from: 1, limit: 18) == expected)
        }
      }
    }
  }
}
