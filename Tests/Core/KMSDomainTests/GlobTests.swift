@testable import KMSDomain
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

  /// What a pattern means, said as shortly as possible; slow.
  private static func means(_ pattern: [Character], _ name: [Character], inSections: Bool) -> Bool {
    guard let first = pattern.first else { return name.isEmpty }
    let rest = Array(pattern.dropFirst())
    if first == "*" {
      let mayReachOn = !inSections || rest.isEmpty || rest.first == ":"
      for length in 0...name.count {
        if !mayReachOn, length > 0, name[length - 1] == ":" { return false }
        if means(rest, Array(name.dropFirst(length)), inSections: inSections) { return true }
      }
      return false
    }
    guard let next = name.first, first == "?" || first == next else { return false }
    return means(rest, Array(name.dropFirst()), inSections: inSections)
  }

  @Test(arguments: [false, true])
  func `however a pattern is matched, it means the same`(inSections: Bool) {
    var random = SystemRandomNumberGenerator()
    for _ in 0..<3000 {
      let pattern = (0..<Int.random(in: 0...7, using: &random)).map { _ in "ab*?:é".randomElement() ?? "a" }
      let name = (0..<Int.random(in: 0...9, using: &random)).map { _ in "aab:é".randomElement() ?? "a" }
      let bytes = PatternBytes(wild: String(pattern))
      let wanted = Self.means(pattern, name, inSections: inSections)
      let form = inSections ? bytes.sectioned(1) : bytes
      #expect(Glob(form).matches(String(name)) == wanted, "\(String(pattern)) \(String(name))")
      guard !inSections else { continue }
      // The slow way, which this pattern and name are too short to take by themselves.
      #expect(GlobStates(bytes.bytes.span).matches(String(name).utf8.span) == wanted)
    }
  }

  @Test func `a pattern longer than a word of bits means the same`() {
    let middle = String(repeating: "ab", count: 100)
    let name = String(repeating: "ab", count: 400)
    #expect(Glob("*\(middle)*").matches(name) && Glob("*\(middle)").matches(name))
    #expect(!Glob("*\(middle)a*").matches(String(repeating: "ab", count: 100)))
    #expect(Glob("*\(middle)c*").matches(name + "c") && !Glob("*\(middle)c*").matches(name + "d"))
    #expect(Glob("?*" + String(repeating: "?b", count: 100)).matches(name))
  }

  @Test func `a pattern of many stars against a long name ends`() {
    let name = String(repeating: "a", count: 4000)
    #expect(!Glob(String(repeating: "a*", count: 200) + "b").matches(name))
  }

  /// As AWS's page on the element Resource says.
  @Test(arguments: [
    ("arn:aws:kms:*:1:key/*", "arn:aws:kms:eu:1:key/a", true),
    ("arn:aws:kms:eu-*:1:key/a", "arn:aws:kms:eu-x:1:key/a", true),
    ("arn:aws:kms:*:key/a", "arn:aws:kms:eu:1:key/a", false),
    ("arn:aws:kms:e*1:key/a", "arn:aws:kms:eu:1:key/a", false),
    ("arn:aws:kms:*:*:*:key/a", "arn:aws:kms:eu:1:key/a", false),
    ("arn:aws:kms:*:*:key/a:*", "arn:aws:kms:eu:1:key/a:b:c", true),
    ("arn:aws:k*:eu:1:key/a", "arn:aws:kms:x:eu:1:key/a", true),
    ("arn:aws:k*s:eu:1:key/a", "arn:aws:kms:s:eu:1:key/a", false),
    ("arn:aws:kms", "arn:aws:kms:eu:1:key/a", true), ("arn:aws:kms:eu", "arn:aws:kms:eu:1:key/a:b", true),
    ("arn:aws:kms:us", "arn:aws:kms:eu:1:key/a", false), ("arn:aws:kms:*", "arn:aws:kms:eu:1:key/a", true),
    ("arn:*", "arn:aws:kms:eu:1:key/a", true), ("arn:aws:kms:eu:1:k*y/?", "arn:aws:kms:eu:1:key/é", true),
    ("arn:aws:kms:eu:1:k*y/?", "arn:aws:kms:eu:1:key/ab", false), ("*", "anything", true),
    ("arn:aws:kms:eu:1:a*b*c", "arn:aws:kms:eu:1:aXbYbZc", true),
    ("arn:aws:kms:eu:1:a*b*c", "arn:aws:kms:eu:1:a:bc", false),
  ])
  func `a star in names of sections reaches on only from the end of its own`(
    pattern: String, name: String, matches: Bool
  ) {
    #expect(Glob(PatternBytes(wild: pattern).sectioned(6)).matches(name) == matches)
  }
}
