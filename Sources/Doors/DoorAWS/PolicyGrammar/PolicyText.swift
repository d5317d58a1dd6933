import KMSDomain

/// Policy variables in a text of a policy: `${NAME}`, or `${NAME, 'VALUE'}` for a request without. The escapes `${*}`, `${?}`
/// and `${$}` stand for those characters.
///
/// The language of 2008 has no variables: there `${` is text.
struct PolicyText {
  let hasVariables: Bool

  /// What a text means.
  enum Meaning {
    case fixed(String)
    case varying(Template)
  }

  /// Of a text whose `*` and `?` are themselves.
  func text(_ written: String) -> Meaning {
    guard let pieces = pieces(written) else { return .fixed(written) }
    return PolicyText.fixed(pieces).map { .fixed($0) } ?? .varying(template(pieces) { .text($0) })
  }

  /// Of a text whose `*` and `?` are wildcards, as the pattern that is always meant, or as a template.
  func pattern(_ written: String) -> Pattern {
    guard let pieces = pieces(written) else { return .fixed(PatternBytes(wild: written)) }
    var pattern = PatternBytes()
    for piece in pieces {
      switch piece {
      case .plain(let text): pattern.append(wild: text)
      case .escaped(let text): pattern.append(literal: text)
      case .variable: return .varying(template(pieces) { .wild($0) })
      }
    }
    return .fixed(pattern)
  }

  enum Pattern {
    case fixed(PatternBytes)
    case varying(Template)
  }

  private enum Piece {
    case plain(String)
    case escaped(String)
    /// What stands between the braces.
    case variable(String)
  }

  /// nil when there is nothing to look for.
  private func pieces(_ written: String) -> [Piece]? {
    guard hasVariables, written.utf8.contains(UInt8(ascii: "$")) else { return nil }
    var pieces: [Piece] = []
    var plain: [UInt8] = []
    var rest = written.utf8[...]
    while let byte = rest.popFirst() {
      guard byte == UInt8(ascii: "$"), rest.first == UInt8(ascii: "{") else {
        plain.append(byte)
        continue
      }
      if !plain.isEmpty { pieces.append(.plain(String(decoding: plain, as: UTF8.self))) }
      plain = []
      rest.removeFirst()
      // Without an end it names nothing: a variable that no request has.
      let end = rest.firstIndex(of: UInt8(ascii: "}"))
      let name = String(Substring(rest[..<(end ?? rest.endIndex)]))
      pieces.append(["*", "?", "$"].contains(name) ? .escaped(name) : .variable(name))
      rest = end.map { rest[rest.index(after: $0)...] } ?? rest[rest.endIndex...]
    }
    if !plain.isEmpty { pieces.append(.plain(String(decoding: plain, as: UTF8.self))) }
    return pieces
  }

  /// Of a text whose `*` and `?` are wildcards, whether it has variables or not.
  func wildTemplate(_ written: String) -> Template {
    template(pieces(written) ?? [.plain(written)]) { .wild($0) }
  }

  private static func fixed(_ pieces: [Piece]) -> String? {
    var text = ""
    for piece in pieces {
      switch piece {
      case .plain(let part), .escaped(let part): text += part
      case .variable: return nil
      }
    }
    return text
  }

  private func template(_ pieces: [Piece], _ plain: (String) -> Template.Piece) -> Template {
    Template(
      pieces.map { piece in
        switch piece {
        case .plain(let text): plain(text)
        case .escaped(let text): .text(text)
        case .variable(let text): PolicyText.variable(text)
        }
      })
  }

  /// A name, and maybe a comma and a value between single quotes.
  private static func variable(_ text: String) -> Template.Piece {
    let parts = text.utf8.split(separator: UInt8(ascii: ","), maxSplits: 1, omittingEmptySubsequences: false)
    let name = String(Substring(trimmed(parts.first ?? text[...].utf8)))
    var otherwise: String?
    if parts.count == 2, let value = parts.last.map(trimmed), value.count >= 2,
      value.first == UInt8(ascii: "'"), value.last == UInt8(ascii: "'")
    {
      otherwise = String(Substring(value.dropFirst().dropLast()))
    }
    let key = ConditionKeyName(name)
    return .variable(key?.key ?? .unknown(name), name: key?.folded ?? name, otherwise: otherwise)
  }

  private static func trimmed(_ text: Substring.UTF8View) -> Substring.UTF8View {
    var text = text
    while text.first == UInt8(ascii: " ") { text.removeFirst() }
    while text.last == UInt8(ascii: " ") { text.removeLast() }
    return text
  }
}
