import KMSDomain
import WireJSON

/// A policy of a simulation. Its statements may be about actions of services that aren't here: which they cover is read from
/// the document, everything else is what the compiler made of it.
struct SimulatedPolicy: Sendable {
  /// What answers call it.
  let source: String
  /// "IAM Policy" or "Resource Policy".
  let sourceType: String
  let statements: [SimulatedStatement]
  /// Bytes of its document.
  let size: Int

  init(_ document: [UInt8], source: String, as kind: PolicyKind = .identity) throws(KMSError) {
    self.source = source
    size = document.count
    sourceType = kind == .key ? "Resource Policy" : "IAM Policy"
    let compiled = try PolicyCompiler.compile(document, as: kind).statements
    let written: JSONDocument
    do throws(JSONError) {
      written = try JSONDocument(document, limits: PolicyLimits.json)
    } catch {
      throw .malformedPolicy(PolicyFault.json)
    }
    statements = SimulatedStatement.all(in: written.root, compiled, SimulatedPosition.Text(document))
  }

  /// The policy as it stands for one action: statements that cover it cover the stand-in, others cover nothing.
  func policy(for action: String) -> Policy {
    Policy(
      statements: statements.map { statement in
        let compiled = statement.compiled
        return Statement(
          label: compiled.label, effect: compiled.effect, principals: compiled.principals,
          actions: statement.covers(action) ? ActionSet([SimulatedPolicy.standIn]) : ActionSet(),
          resources: compiled.resources, conditions: compiled.conditions)
      })
  }

  /// Stands for whatever action is simulated: one about which the evaluator has no rule of its own.
  static let standIn = Action.describeKey
}

struct SimulatedStatement: Sendable {
  let compiled: Statement
  let start: SimulatedPosition
  let end: SimulatedPosition
  /// The condition keys as they are written.
  let conditionKeys: [String]
  private let actions: [Glob]
  private let inverted: Bool

  /// - Parameter action: in lower case.
  func covers(_ action: String) -> Bool { actions.contains { $0.matches(action) } != inverted }

  /// - Parameter compiled: the statements of the same document.
  static func all(
    in root: JSONValue, _ compiled: [Statement], _ text: SimulatedPosition.Text
  ) -> [SimulatedStatement] {
    guard let list = root["Statement"] else { return [] }
    let elements = list.kind == .array ? list.elements : [list]
    // As AWS counts: a statement begins where what was read before it ends.
    var start = (list.place?.lowerBound ?? 0) + 1
    return zip(elements, compiled).map { element, statement in
      let end = element.place?.upperBound ?? start
      defer { start = end }
      return SimulatedStatement(element, statement, text.position(of: start), text.position(of: end))
    }
  }

  private init(
    _ json: JSONValue, _ compiled: Statement, _ start: SimulatedPosition, _ end: SimulatedPosition
  ) {
    self.compiled = compiled
    self.start = start
    self.end = end
    inverted = json["NotAction"] != nil
    let written = json["Action"] ?? json["NotAction"]
    actions = SimulatedStatement.strings(written).map { Glob($0.lowercased()) }
    conditionKeys = (json["Condition"]?.members ?? []).flatMap { $0.value.members.map(\.name) }
  }

  private static func strings(_ json: JSONValue?) -> [String] {
    guard let json else { return [] }
    return (json.kind == .array ? json.elements : [json]).compactMap(\.string)
  }
}

/// Line and column of a document, from 1.
struct SimulatedPosition: Hashable, Sendable {
  let line: Int
  let column: Int

  struct Text {
    /// Offsets at which lines begin.
    private let lines: [Int]

    init(_ document: [UInt8]) {
      lines = [0] + document.indices.filter { document[$0] == UInt8(ascii: "\n") }.map { $0 + 1 }
    }

    func position(of offset: Int) -> SimulatedPosition {
      // The last line that doesn't begin behind it.
      var (line, end) = (0, lines.count)
      while end - line > 1 {
        let middle = line + (end - line) / 2
        if lines[middle] <= offset { line = middle } else { end = middle }
      }
      return SimulatedPosition(line: line + 1, column: offset - lines[line] + 1)
    }
  }
}
