import KMSBytes
import Testing

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
}
