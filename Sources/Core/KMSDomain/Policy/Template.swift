/// A text of a policy with variables, whose values each request brings with it.
package struct Template: Hashable, Sendable {
  package enum Piece: Hashable, Sendable {
    /// Stands for itself.
    case text(String)
    /// `*` and `?` in it are wildcards.
    case wild(String)
    /// The one value that the request has for a condition key, or else the one that the policy gives.
    case variable(ConditionKey, name: String, otherwise: String?)
  }

  package let pieces: [Piece]

  package init(_ pieces: [Piece]) { self.pieces = pieces }

  /// The pattern that is meant in a request. Wildcards in values of variables stand for themselves.
  /// - Parameter value: what the request has for a key.
  /// - Returns: nil when a variable has no value, or several.
  func pattern(_ value: (ConditionKey, String) -> ContextValue) -> PatternBytes? {
    var result = PatternBytes()
    for piece in pieces {
      switch piece {
      case .text(let text): result.append(literal: text)
      case .wild(let text): result.append(wild: text)
      case .variable(let key, let name, let otherwise):
        // As documented, keys that may have several values are no variables.
        let found = key.isList ? nil : value(key, name).single
        guard let text = found ?? otherwise else { return nil }
        result.append(literal: text)
      }
    }
    return result
  }
}

/// What is known of a request for a condition key.
package enum ContextValue: Sendable {
  case one(String)
  case values([String])
  case absent
  /// The request has it, and nobody here knows what it is.
  case unknown

  init(_ values: [String]?) { self = values.map { .values($0) } ?? .absent }
  /// Absent also when there are none.
  init(listed values: [String]?) { self.init(values.flatMap { $0.isEmpty ? nil : $0 }) }
  init(_ value: String?) { self = value.map { .one($0) } ?? .absent }
  init(_ flag: Bool?) { self = flag.map { .one($0 ? "true" : "false") } ?? .absent }

  var single: String? {
    switch self {
    case .one(let value): value
    case .values(let values): values.count == 1 ? values.first : nil
    case .absent, .unknown: nil
    }
  }
}
