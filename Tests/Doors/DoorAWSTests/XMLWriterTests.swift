import KMSDomain
import Testing

@testable import DoorAWS

@Suite("XML answers")
struct XMLWriterTests {
  private static func text(_ write: (inout XMLWriter) -> Void) -> String {
    var xml = XMLWriter()
    write(&xml)
    return String(decoding: xml.bytes, as: UTF8.self)
  }

  @Test("policy documents are percent-encoded as in RFC 3986")
  func document() {
    let document = Array("{\"a\": [\"*/+~-_.\u{fc}\"]}\n".utf8)
    #expect(
      Self.text { $0.document("D", document) }
        == "<D>%7B%22a%22%3A%20%5B%22%2A%2F%2B~-_.%C3%BC%22%5D%7D%0A</D>")
  }

  @Test("a secret is written once")
  func secret() throws {
    let text = Array("wJalrXUtnFEMI/K7MDENG+x".utf8)
    let payload = try #require(
      Payload(count: text.count) { (room: inout MutableSpan<UInt8>) in
        for index in text.indices { room[index] = text[index] }
        return true
      })
    #expect(Self.text { $0.secret("S", payload) } == "<S>wJalrXUtnFEMI/K7MDENG+x</S>")
    #expect(Self.text { $0.secret("S", payload) } == "<S></S>")
  }

  @Test("a list without elements is there, and says that it is whole")
  func empty() {
    let text = Self.text { xml in
      xml.list("L", texts: [])
      xml.pageEnd(nil)
    }
    #expect(text == "<L></L><IsTruncated>false</IsTruncated>")
  }
}
