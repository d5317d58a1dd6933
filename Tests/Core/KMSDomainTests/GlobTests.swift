import KMSDomain
import Testing

@Suite struct GlobTests {
  @Test(arguments: [
    ("*", ""), ("*", "anything"), ("a*c", "ac"), ("a*c", "abbc"), ("a?c", "abc"), ("a?c", "aéc"),
    ("*key*", "arn:key/1"), ("a*b*c", "a-b-b-c"), ("**", "x"), ("key/*", "key/"), ("literal", "literal"),
    ("?", "𝄞"),
  ])
  func `a pattern matches`(pattern: String, name: String) {
    #expect(Glob(pattern).matches(name))
  }

  @Test(arguments: [
    ("", "a"), ("a", ""), ("a*c", "ab"), ("a?c", "ac"), ("A", "a"), ("key/*", "ke"), ("a*b", "a-b-c"),
    ("é", "e\u{301}"), ("?", "ab"),
  ])
  func `a pattern does not match`(pattern: String, name: String) {
    #expect(!Glob(pattern).matches(name))
  }

  /// Whatever a star has taken is tried again for the last star only: the work is pattern times name, not a power.
  @Test(arguments: [("a*", "b"), ("*a", "b"), ("?*", "b"), ("*?a", "b"), ("**", "b"), ("*aa", "ab")])
  func `repeated wildcards against a name that almost matches end`(unit: String, end: String) {
    let name = String(repeating: "a", count: 2000)
    let pattern = String(repeating: unit, count: 300) + end
    #expect(!Glob(pattern).matches(name))
    #expect(Glob(pattern).matches(name + end))
  }

  @Test func `a pattern of many stars against a long name ends`() {
    let name = String(repeating: "a", count: 4000)
    #expect(!Glob(String(repeating: "a*", count: 200) + "b").matches(name))
  }
}
