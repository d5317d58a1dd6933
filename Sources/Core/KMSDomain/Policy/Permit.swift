/// The right to one action on one version of one key, once proved. Custody demands it for everything it does.
///
/// It can't be copied, stored or made up: the only initialiser is private to this file, and the only caller of it is
/// `authorise`.
package struct Permit: ~Copyable {
  package let action: Action
  /// nil for actions without a key. For actions that touch material, whose it is: related keys have the same.
  package let key: KeyID?
  /// nil for actions that don't touch material.
  package let version: VersionID?

  fileprivate init(action: Action, key: KeyID?, version: VersionID?) {
    self.action = action
    self.key = key
    self.version = version
  }

  /// For custody, on every call.
  /// - Parameters alternative, another: other actions that also are a right to what is being done.
  /// - Throws: `KMSError.permitMismatch` unless the permit is for exactly this.
  package borrowing func check(
    _ action: Action, or alternative: Action? = nil, or another: Action? = nil, key: KeyID?,
    version: VersionID?
  ) throws(KMSError) {
    let isRight = self.action == action || self.action == alternative || self.action == another
    guard isRight, self.key == key, self.version == version else { throw .permitMismatch }
  }
}

/// What `authorise` found. The permit is there exactly when the decision allows.
package struct Verdict: ~Copyable {
  package let decision: Decision
  package let permit: Permit?

  fileprivate init(decision: Decision, permit: consuming Permit?) {
    self.decision = decision
    self.permit = permit
  }

  package consuming func takePermit() -> Permit? { permit }
}

/// Decides, and makes the permit when the decision allows.
/// - Parameter version: which material the action will touch, if any.
/// - Parameter newKey: the id of a key that is being made; for other resources the key is the resource's own.
package func authorise(
  _ request: AccessRequest, version: VersionID?, newKey: KeyID? = nil, vocabulary: any PolicyVocabulary
) -> Verdict {
  let decision = PolicyEvaluator.decide(request, vocabulary: vocabulary)
  guard decision.isAllowed else { return Verdict(decision: decision, permit: nil) }
  let key: KeyID?
  switch request.resource {
  case .key(let protected), .grant(_, let protected):
    key = version == nil ? protected.record.id : protected.materialKey
  case .newKey: key = newKey
  case .alias, .account, .identity, .server: key = nil
  }
  return Verdict(decision: decision, permit: Permit(action: request.action, key: key, version: version))
}
