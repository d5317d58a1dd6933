import Yams

/// A mapping of the seed file of which it is known which members it may have. It knows the shape, not what a member means.
struct SeedMapping {
  let line: Int
  private let what: String
  private let members: [String: Node]

  /// - Parameters:
  ///   - what: what messages call it: "a key".
  ///   - known: its members in the order of the documentation.
  init(_ node: Node, _ what: String, known: [String]) throws(SeedProblem) {
    line = node.line
    self.what = what
    guard case .mapping(let mapping) = node else {
      throw SeedProblem(node.line, "\(what) has members: \(known.joined(separator: ", "))")
    }
    var members: [String: Node] = [:]
    for (key, value) in mapping {
      guard case .scalar(let name) = key, known.contains(name.string) else {
        let name = key.scalar.map { "'\($0.string)'" } ?? "something else"
        throw SeedProblem(
          key.line, "\(what) has no member \(name); it has: \(known.joined(separator: ", "))")
      }
      members[name.string] = value
    }
    self.members = members
  }

  var names: Set<String> { Set(members.keys) }

  func node(_ name: String) -> Node? { members[name] }

  /// One value and where it stands; nil when the member is absent.
  func text(_ name: String) throws(SeedProblem) -> SeedText? {
    guard let node = members[name] else { return nil }
    return try SeedText(node, "'\(name)'")
  }

  func required(_ name: String) throws(SeedProblem) -> SeedText {
    guard let text = try text(name) else { throw SeedProblem(line, "\(what) needs '\(name)'") }
    return text
  }

  /// Empty when the member is absent.
  func list(_ name: String) throws(SeedProblem) -> [Node] {
    guard let node = members[name] else { return [] }
    guard case .sequence(let sequence) = node else { throw SeedProblem(node.line, "'\(name)' is a list") }
    return Array(sequence)
  }

  /// Absent: `otherwise`.
  func flag(_ name: String, otherwise: Bool) throws(SeedProblem) -> Bool {
    guard let text = try text(name) else { return otherwise }
    switch text.string {
    case "true": return true
    case "false": return false
    default: throw SeedProblem(text.line, "'\(name)' is true or false")
    }
  }
}

/// A scalar of the file, always as it is written: an account of digits is no number.
struct SeedText {
  let string: String
  let line: Int

  init(_ node: Node, _ what: String) throws(SeedProblem) {
    guard case .scalar(let scalar) = node else { throw SeedProblem(node.line, "\(what) is a single value") }
    string = scalar.string
    line = node.line
  }
}

extension Node {
  /// 0 where the parser doesn't know.
  var line: Int { mark?.line ?? 0 }
}
