import KMSDomain
import WireJSON

extension ReadToken {
  /// The claims that conditions can ask about: texts, numbers, truth values and lists of them, under their own names.
  /// - Parameter party: whom the token was issued to, if it says so.
  func conditionClaims(audiences: [String], party: String?) -> [String: [String]] {
    var result: [String: [String]] = [:]
    for (name, value) in claims.members where result.count < TokenLimits.conditionClaims {
      guard name.utf8.count <= TokenLimits.text, let values = ReadToken.values(value) else { continue }
      result[name] = values
    }
    result["aud"] = party.map { [$0] } ?? audiences
    result["oaud"] = party == nil ? nil : audiences
    return result
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
