import KMSDomain
import WireJSON

/// The claims of a token as conditions ask about them.
struct ConditionClaims {
  /// Texts, numbers, truth values and lists of them, under their own names.
  private(set) var values: [String: [String]] = [:]
  /// What else there is: of another form, or more of it than is kept. A condition about it can't be judged.
  private(set) var unread: Set<String> = []

  /// - Parameter party: whom the token was issued to, if it says so.
  init(_ claims: JSONValue, audiences: [String], party: String?) {
    for (name, value) in claims.members {
      if values.count < TokenLimits.conditionClaims, name.utf8.count <= TokenLimits.text,
        let read = ConditionClaims.values(value)
      {
        values[name] = read
      } else {
        unread.insert(name)
      }
    }
    values["aud"] = party.map { [$0] } ?? audiences
    values["oaud"] = party == nil ? nil : audiences
    unread.subtract(["aud", "oaud"])
  }

  private static func values(_ value: JSONValue) -> [String]? {
    switch value.kind {
    case .string, .number, .bool: return scalar(value).map { [$0] }
    case .array:
      let found = value.elements.prefix(TokenLimits.conditionValues).compactMap(scalar)
      return found.count == value.count ? found : nil
    case .object, .null: return nil
    }
  }

  private static func scalar(_ value: JSONValue) -> String? {
    let text = value.string ?? value.numberText ?? value.bool.map { $0 ? "true" : "false" }
    return text.flatMap { $0.utf8.count <= TokenLimits.text ? $0 : nil }
  }
}
