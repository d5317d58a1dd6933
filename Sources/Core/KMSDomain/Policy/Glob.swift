/// A pattern over opaque names: `*` stands for any run of characters, `?` for one. Case-sensitive, over UTF-8 bytes.
package struct Glob: Hashable, Sendable {
  private enum Form: Hashable, Sendable {
    case everything
    case exactly(String)
    case pattern([UInt8])
  }

  private let form: Form
  /// The pattern as it was written.
  package let text: String

  package init(_ text: String) {
    self.text = text
    if text == "*" {
      form = .everything
    } else if text.utf8.contains(UInt8(ascii: "*")) || text.utf8.contains(UInt8(ascii: "?")) {
      form = .pattern(Array(text.utf8))
    } else {
      form = .exactly(text)
    }
  }

  package var matchesEverything: Bool { form == .everything }

  package func matches(_ name: String) -> Bool {
    switch form {
    case .everything: true
    case .exactly(let text): text.utf8.elementsEqual(name.utf8)
    case .pattern(let pattern): Glob.matches(pattern.span, Array(name.utf8).span)
    }
  }

  /// Linear but for the last star: on a mismatch only the most recent `*` is widened, so the worst case is
  /// pattern × name and can't explode.
  private static func matches(_ pattern: Span<UInt8>, _ name: Span<UInt8>) -> Bool {
    var at = 0
    var read = 0
    var star: (pattern: Int, name: Int)?
    while read < name.count {
      if at < pattern.count, pattern[at] == UInt8(ascii: "*") {
        star = (at, read)
        at += 1
      } else if at < pattern.count, pattern[at] == UInt8(ascii: "?") {
        at += 1
        read = afterCharacter(name, read)
      } else if at < pattern.count, pattern[at] == name[read] {
        at += 1
        read += 1
      } else if let last = star {
        at = last.pattern + 1
        read = last.name + 1
        star = (last.pattern, read)
      } else {
        return false
      }
    }
    while at < pattern.count, pattern[at] == UInt8(ascii: "*") { at += 1 }
    return at == pattern.count
  }

  /// One character may be several bytes of UTF-8; continuation bytes are 10xxxxxx.
  private static func afterCharacter(_ name: Span<UInt8>, _ index: Int) -> Int {
    var next = index + 1
    while next < name.count, name[next] & 0xc0 == 0x80 { next += 1 }
    return next
  }
}
