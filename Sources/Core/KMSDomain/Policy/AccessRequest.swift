/// Who wants to do what to what: the input of a decision. A class, because every step of a decision looks at it.
package final class AccessRequest: Sendable {
  package let action: Action
  package let caller: Caller
  package let origin: RequestOrigin
  package let resource: ProtectedResource
  package let facts: RequestFacts
  /// When; nil where nobody knows: conditions about it then can't be evaluated.
  package let time: Instant?
  /// The grants of the key that name the caller, its role or user, or its account: all of them.
  package let grants: [GrantRecord]
  /// The aliases of the key; nil where nobody looked, because no policy asks.
  package let aliases: [String]?
  /// nil for what really happens.
  package let assumed: AssumedContext?

  package init(
    action: Action, caller: Caller, origin: RequestOrigin, resource: ProtectedResource, facts: RequestFacts,
    time: Instant? = nil, grants: [GrantRecord] = [], aliases: [String]? = nil,
    assumed: AssumedContext? = nil
  ) {
    self.action = action
    self.caller = caller
    self.origin = origin
    self.resource = resource
    self.facts = facts
    self.time = time
    self.grants = grants
    self.aliases = aliases
    self.assumed = assumed
  }
}

/// What somebody wants to be taken for granted, to learn what a decision would be.
package final class AssumedContext: Sendable {
  /// By the name of the condition key, folded as in `Condition.name`.
  private let values: [String: [String]]
  /// Keys without values here are absent; otherwise the request has its own.
  private let isComplete: Bool

  /// - Parameter values: by folded names; no values at all mean that the request doesn't have the key.
  package init(_ values: [String: [String]], isComplete: Bool = false) {
    self.values = values
    self.isComplete = isComplete
  }

  /// nil where the request itself is to be asked.
  func value(of name: String) -> ContextValue? {
    guard let found = values[name] else { return isComplete ? .absent : nil }
    return found.isEmpty ? .absent : .values(found)
  }
}
