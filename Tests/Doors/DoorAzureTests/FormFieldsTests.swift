import Testing

@testable import DoorAzure

@Suite("Fields of forms")
struct FormFieldsTests {
  private func read(_ text: String) -> FormFields? { FormFields(Array(text.utf8)) }

  @Test("Names and values are unescaped, and an empty one is none")
  func sound() throws {
    let form = try #require(read("a=b+c&d=%2F%2f&e=&f&g=1=2"))
    #expect(form["a"] == "b c" && form["d"] == "//" && form["g"] == "1=2")
    #expect(form["e"] == nil && form["f"] == nil && form["x"] == nil)
    #expect(read("")?["a"] == nil)
  }

  @Test(
    "What could be read in two ways is refused",
    arguments: ["a=1&a=2", "a=%", "a=%2", "a=%zz", "a=%ff", "=1"])
  func malformed(_ text: String) { #expect(read(text) == nil) }

  @Test("So is more than a form can have")
  func tooMany() { #expect(read((0..<65).map { "a\($0)=1" }.joined(separator: "&")) == nil) }
}
