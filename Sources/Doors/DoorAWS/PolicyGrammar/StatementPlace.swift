import KMSDomain
import WireJSON

/// Where the statements of a document stand, for people who look for them. Read from the document when somebody asks:
/// compiled policies don't keep it.
struct StatementPlace: Hashable, Sendable {
  /// Both count from 1; columns count bytes.
  struct Position: Hashable, Sendable {
    let line: Int
    let column: Int
  }

  /// Of the opening brace.
  let start: Position
  /// Behind the closing brace.
  let end: Position

  /// One for each statement, in order; none for a document that isn't of the grammar.
  static func all(in document: [UInt8]) -> [StatementPlace] {
    let json: JSONDocument
    do throws(JSONError) {
      json = try JSONDocument(document, limits: PolicyLimits.json)
    } catch {
      return []
    }
    guard let list = json.root["Statement"] else { return [] }
    let statements = list.kind == .array ? list.elements : [list]
    return statements.compactMap { statement in
      guard let place = statement.place else { return nil }
      return StatementPlace(
        start: position(of: place.lowerBound, in: document), end: position(of: place.upperBound, in: document)
      )
    }
  }

  private static func position(of offset: Int, in document: [UInt8]) -> Position {
    let before = document.prefix(offset)
    let lines = before.count { $0 == UInt8(ascii: "\n") }
    let lineStart = before.lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? 0
    return Position(line: lines + 1, column: offset - lineStart + 1)
  }
}
