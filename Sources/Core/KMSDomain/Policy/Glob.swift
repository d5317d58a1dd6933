/// A pattern over opaque names: `*` stands for any run of characters, `?` for one. Case-sensitive, over UTF-8 bytes.
package struct Glob: Hashable, Sendable {
  enum Form: Hashable, Sendable {
    case everything
    case exactly([UInt8])
    /// Ends with its only wildcard, a star.
    case beginning([UInt8])
    case pattern([UInt8])
    /// With wildcards that end at a colon.
    case sectioned([UInt8])
  }

  let form: Form

  package init(_ text: String) { self.init(PatternBytes(wild: text)) }

  /// A pattern in which `*` and `?` may also stand for themselves.
  package init(_ bytes: PatternBytes) {
    if bytes.isEverything {
      form = .everything
    } else if bytes.bytes.last == PatternBytes.anyRun,
      !bytes.bytes.dropLast().contains(where: PatternBytes.isWild)
    {
      form = .beginning(bytes.bytes.dropLast())
    } else if bytes.bytes.contains(PatternBytes.anyRunInSection) {
      form = .sectioned(bytes.bytes)
    } else if bytes.hasWildcards {
      form = .pattern(bytes.bytes)
    } else {
      form = .exactly(bytes.bytes)
    }
  }

  package var matchesEverything: Bool { form == .everything }

  package func matches(_ name: String) -> Bool { matches(name.utf8.span) }

  package func matches(_ name: Span<UInt8>) -> Bool {
    switch form {
    case .everything: true
    case .exactly(let text): text.count == name.count && Glob.begins(name, text.span)
    case .beginning(let text): text.count <= name.count && Glob.begins(name, text.span)
    case .pattern(let pattern): Glob.matches(pattern.span, name)
    // Two kinds of stars, for which widening the last is not enough.
    case .sectioned(let pattern): GlobStates(pattern.span).matches(name)
    }
  }

  /// From the end on: names of one account differ late.
  private static func begins(_ name: Span<UInt8>, _ text: Span<UInt8>) -> Bool {
    var place = text.count - 1
    while place >= 0 {
      guard name[place] == text[place] else { return false }
      place -= 1
    }
    return true
  }

  /// On a mismatch only the most recent `*` is widened: quick, unless much of what comes behind it matches again and again. Where more
  /// was read in vain than both are long, they are read once more in the way that is never slow.
  private static func matches(_ pattern: Span<UInt8>, _ name: Span<UInt8>) -> Bool {
    var patience = pattern.count + name.count
    var at = 0
    var read = 0
    var star: (pattern: Int, name: Int)?
    while read < name.count {
      if at < pattern.count, pattern[at] == PatternBytes.anyRun {
        star = (at, read)
        at += 1
      } else if at < pattern.count, pattern[at] == PatternBytes.anyOne {
        at += 1
        read = afterCharacter(name, read)
      } else if at < pattern.count, pattern[at] == name[read] {
        at += 1
        read += 1
      } else if let last = star {
        patience -= at - last.pattern
        guard patience >= 0 else { return GlobStates(pattern).matches(name) }
        at = last.pattern + 1
        read = last.name + 1
        star = (last.pattern, read)
      } else {
        return false
      }
    }
    while at < pattern.count, pattern[at] == PatternBytes.anyRun { at += 1 }
    return at == pattern.count
  }

  /// One character may be several bytes of UTF-8; continuation bytes are 10xxxxxx.
  private static func afterCharacter(_ name: Span<UInt8>, _ index: Int) -> Int {
    var next = index + 1
    while next < name.count, name[next] & 0xc0 == 0x80 { next += 1 }
    return next
  }
}

/// A pattern as bytes. Wildcards are bytes that no UTF-8 text has, so that `*` and `?` can also stand for themselves.
package struct PatternBytes: Hashable, Sendable {
  static let anyRun: UInt8 = 0xff
  static let anyOne: UInt8 = 0xfe
  /// Any run without a colon.
  static let anyRunInSection: UInt8 = 0xfd

  package private(set) var bytes: [UInt8] = []

  package init() {}

  fileprivate init(_ bytes: ArraySlice<UInt8>) { self.bytes = Array(bytes) }

  /// Every `*` and `?` is a wildcard.
  package init(wild text: String) { append(wild: text) }

  package static func + (one: PatternBytes, other: PatternBytes) -> PatternBytes {
    var sum = one
    sum.bytes += other.bytes
    return sum
  }

  package mutating func append(wild text: String) {
    bytes.append(
      contentsOf: text.utf8.map { byte in
        switch byte {
        case UInt8(ascii: "*"): PatternBytes.anyRun
        case UInt8(ascii: "?"): PatternBytes.anyOne
        default: byte
        }
      })
  }

  /// Every character stands for itself.
  package mutating func append(literal text: String) { bytes.append(contentsOf: text.utf8) }

  /// The pattern over names that have so many sections between colons, the last with colons maybe: a star reaches beyond its
  /// section only from its end. Sections that are missing may be anything; then no star reaches beyond its own.
  package func sectioned(_ count: Int) -> PatternBytes {
    guard !isEverything else { return self }
    let missing = count - 1 - bytes.count { $0 == UInt8(ascii: ":") }
    var result = PatternBytes()
    for (index, byte) in bytes.enumerated() {
      let isAtEnd = index + 1 == bytes.count || bytes[index + 1] == UInt8(ascii: ":")
      let mayReachOn = isAtEnd && missing <= 0
      result.bytes.append(byte == PatternBytes.anyRun && !mayReachOn ? PatternBytes.anyRunInSection : byte)
    }
    guard missing > 0 else { return result }
    for section in 1...missing {
      result.bytes.append(UInt8(ascii: ":"))
      result.bytes.append(section == missing ? PatternBytes.anyRun : PatternBytes.anyRunInSection)
    }
    return result
  }

  var isEverything: Bool { bytes.count == 1 && bytes.first == PatternBytes.anyRun }
  var hasWildcards: Bool { bytes.contains(where: PatternBytes.isWild) }

  fileprivate static func isWild(_ byte: UInt8) -> Bool { byte >= anyRunInSection }
}

/// A pattern over names that have a fixed number of sections between colons, each matched for itself; only the last may have
/// colons. `*` alone stands for every such name.
package struct SectionedGlob: Hashable, Sendable {
  /// nil: every name with so many sections.
  let sections: [Glob]?
  private let count: Int

  /// - Returns: nil when the pattern has fewer sections.
  package init?(_ pattern: PatternBytes, sections count: Int) {
    self.count = count
    guard !pattern.isEverything else {
      sections = nil
      return
    }
    let parts = pattern.bytes.split(
      separator: UInt8(ascii: ":"), maxSplits: count - 1, omittingEmptySubsequences: false)
    guard parts.count == count else { return nil }
    sections = parts.map { Glob(PatternBytes($0)) }
  }

  package func matches(_ name: String) -> Bool {
    let name = name.utf8.span
    var start = 0
    for section in 0..<count {
      var end = name.count
      if section < count - 1 {
        guard let colon = SectionedGlob.colon(in: name, from: start) else { return false }
        end = colon
      }
      if let sections, !sections[section].matches(name.extracting(start..<end)) { return false }
      start = end + 1
    }
    return true
  }

  private static func colon(in name: Span<UInt8>, from start: Int) -> Int? {
    var at = start
    while at < name.count {
      if name[at] == UInt8(ascii: ":") { return at }
      at += 1
    }
    return nil
  }
}
