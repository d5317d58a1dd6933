import KMSBytes
import Testing
import WireJSON

@testable import DoorAWS

@Suite("Paging")
struct PagingTests {
  @Test(
    "a marker leads back to its name",
    arguments: ["a", "alias/x", NamesTests.id, "é", String(repeating: "x", count: 300)])
  func roundTrip(name: String) throws {
    #expect(try Paging.name(in: Paging.marker(after: name)) == name)
  }

  @Test("no marker is the beginning")
  func beginning() throws {
    #expect(try Paging.name(in: nil) == nil)
  }

  @Test(
    "what this server didn't give out is refused",
    arguments: [
      "", "x", "alias/x", "!!!!", Base64.string(Array("alias/x".utf8)), Base64.string(Array("1:".utf8)),
      Base64.string(Array("2:alias/x".utf8)), Base64.string(Array("1:".utf8) + [0xff]),
      Paging.marker(after: "a") + "=", " " + Paging.marker(after: "a"),
    ])
  func strays(marker: String) {
    #expect(throws: AWSError("InvalidMarkerException", "The marker is not valid.")) {
      try Paging.name(in: marker)
    }
  }

  private static func written(_ next: String?) -> String {
    var output = JSONWriter(capacity: 64)
    output.beginObject()
    Paging.write(next: next, into: &output)
    output.endObject()
    return String(decoding: output.bytes, as: UTF8.self)
  }

  @Test("a page says whether there is more, and a marker only then")
  func page() {
    #expect(Self.written(nil) == #"{"Truncated":false}"#)
    let marker = Paging.marker(after: "alias/x")
    #expect(Self.written("alias/x") == #"{"Truncated":true,"NextMarker":""# + marker + #""}"#)
  }
}
