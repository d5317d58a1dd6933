import KMSDomain

/// Which role assignments a list shows (`$filter`).
struct RoleFilter: Sendable {
  /// Those at the place and above it: the ones that hold there.
  private let onlyAbove: Bool
  private let principal: String?

  /// `atScope()`, `principalId eq 'GUID'`, with or without the quotes, or `assignedTo('GUID')`.
  init(_ text: String?) throws(AzureError) {
    switch try RoleFilter.words(text) {
    case []: (onlyAbove, principal) = (false, nil)
    case ["atscope()"]: (onlyAbove, principal) = (true, nil)
    case let words where words.count == 3 && words[0] == "principalid" && words[1] == "eq":
      (onlyAbove, principal) = (false, try RoleFilter.guid(words[2]))
    case let words where words.count == 1 && words[0].hasPrefix("assignedto(") && words[0].hasSuffix(")"):
      (onlyAbove, principal) = (true, try RoleFilter.guid(String(words[0].dropFirst(11).dropLast())))
    default: throw .invalid("$filter")
    }
  }

  func takes(_ assignment: RoleAssignment, at scope: RoleScope) -> Bool {
    guard principal == nil || assignment.principal == principal,
      let given = RoleScope(assignment.scope)
    else { return false }
    return scope.isWithin(given) || !onlyAbove && given.isWithin(scope)
  }

  /// Definitions are the same everywhere, so that nothing is left out.
  static func check(definitions text: String?) throws(AzureError) {
    let words = try words(text)
    guard words.isEmpty || words == ["atscopeandbelow()"] || words == ["atscope()"] else {
      throw .invalid("$filter")
    }
  }

  private static func words(_ text: String?) throws(AzureError) -> [String] {
    guard let text else { return [] }
    guard text.utf8.count <= RoleLimits.filter else { throw .invalid("$filter") }
    return text.lowercased().split(separator: " ").map(String.init)
  }

  private static func guid(_ text: String) throws(AzureError) -> String {
    let quoted = text.count > 1 && text.hasPrefix("'") && text.hasSuffix("'")
    guard let id = GUID(quoted ? String(text.dropFirst().dropLast()) : text) else {
      throw .invalid("$filter")
    }
    return id.text
  }
}
