import KMSBytes
import Testing
import WireJSON

@testable import DoorAWS

@Suite("Form bodies")
struct FormBodyTests {
  private static func value(_ name: String, _ body: String) -> String? {
    FormBody(WipedBytes(Array(body.utf8))).value(name)
  }

  @Test(
    "names and values are decoded",
    arguments: [
      ("Action=GetCallerIdentity&Version=2011-06-15", "GetCallerIdentity"), ("Action=", ""), ("Action", ""),
      ("Action=a+b%20c", "a b c"), ("%41ction=x", "x"), ("Action=a=b", "a=b"), ("&&Action=x&&", "x"),
      ("Action=%C3%A9%c3%a9", "éé"), ("Action=%26%3D", "&="),
    ])
  func decoded(body: String, value: String) {
    #expect(Self.value("Action", body) == value)
  }

  @Test(
    "what is absent, there twice or not well encoded has no value",
    arguments: [
      "", "Version=1", "action=x", "Action=a&Action=b", "Action=a&Action=a", "Action=%", "Action=%4",
      "Action=%zz", "Action=%+5", "Action=%-1", "Action=%ff", "Action=%C3", "=x",
    ])
  func absent(body: String) {
    #expect(Self.value("Action", body) == nil)
  }

  private static func json(_ body: String) -> String? {
    guard
      let document = FormBody(WipedBytes(Array(body.utf8))).json(
        limits: JSONDocument.Limits(depth: 8, nodes: 100))
    else { return nil }
    return text(document.root)
  }

  private static func text(_ value: JSONValue) -> String {
    switch value.kind {
    case .object: "{" + value.members.map { "\($0.name):\(text($0.value))" }.joined(separator: ",") + "}"
    case .array: "[" + value.elements.map(text).joined(separator: ",") + "]"
    case .string: "'\(value.string ?? "")'"
    case .null, .bool, .number: "?"
    }
  }

  @Test(
    "parameters become the document that they stand for",
    arguments: [
      ("", "{}"), ("A=1&B=x", "{A:'1',B:'x'}"), ("A.B=1&A.C=2", "{A:{B:'1',C:'2'}}"),
      ("T.member.1.Key=a&T.member.1.Value=b&T.member.2.Key=c", "{T:[{Key:'a',Value:'b'},{Key:'c'}]}"),
      ("L.member.2=b&L.member.1=a", "{L:['a','b']}"), ("A=%22%7B", "{A:'\"{'}"), ("T=", "{T:''}"),
    ])
  func documents(body: String, document: String) {
    #expect(Self.json(body) == document)
  }

  @Test("more parameters than any request needs are no document, and the action is found all the same")
  func floods() {
    let many = String(repeating: "x=1&", count: 400_000) + "Action=GetUser"
    #expect(Self.value("Action", many) == "GetUser")
    #expect(Self.json(many) == nil)
    let distinct = (0..<AWSLimits.formPairs).map { "a\($0)=" }
    #expect(
      FormBody(WipedBytes(Array(distinct.joined(separator: "&").utf8))).json(limits: AWSLimits.json) != nil)
    let more = (distinct + ["b="]).joined(separator: "&")
    #expect(FormBody(WipedBytes(Array(more.utf8))).json(limits: AWSLimits.json) == nil)
  }

  @Test("a name of nothing but dots is cut where no parameter is any more")
  func dots() {
    #expect(Self.json(String(repeating: "a.", count: 400_000) + "a=b") == nil)
    #expect(Self.json("a.1.2.3.4.5.6=x") != nil)
  }

  @Test(
    "nothing is left out quietly: what can't be one document is none",
    arguments: [
      "A=1&A=2", "A=1&A.B=2", "A.B=2&A=1", "L.member.1=a&L.member.3=c", "L.member.0=a", "L.member.01=a",
      "L.member.x=a", "A=%ff", "A.=1", ".A=1", "A..B=1", "A.1.2.3.4.5.6.7.8.9.10.11.12=x",
    ])
  func refused(body: String) {
    #expect(Self.json(body) == nil)
  }
}
