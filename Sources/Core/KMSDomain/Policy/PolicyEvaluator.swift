/// Decides by the policies of resources and identities, by what limits them, and by grants. Pure: same input, same answer.
///
/// An explicit deny from any source wins. A key's policy is the root of all rights to it: it, or a grant, allows the
/// caller, or it hands the account the right to decide, and then an identity policy must allow. A caller of another account
/// needs both. A role's trust policy is to the role what a key's policy is to the key. Where there is neither, identity
/// policies decide alone.
///
/// Boundaries and session policies allow nothing: they limit what identity policies allow, and what is allowed to a role
/// rather than to its session (see `Standing`).
package struct PolicyEvaluator {
  let request: AccessRequest
  let vocabulary: any PolicyVocabulary
  /// Every statement is asked about it.
  let resourceName: String
  let budget = ComparisonBudget()

  init(_ request: AccessRequest, _ vocabulary: any PolicyVocabulary) {
    self.request = request
    self.vocabulary = vocabulary
    resourceName = request.resource.name
  }

  package static func decide(_ request: AccessRequest, vocabulary: any PolicyVocabulary) -> Decision {
    PolicyEvaluator(request, vocabulary).decide()
  }

  func decide() -> Decision {
    if request.action == .getCallerIdentity { return Decision(isAllowed: true, ground: .everyone) }
    if request.caller.isSystem { return Decision(isAllowed: request.action.isOpenToSystem, ground: .system) }
    // Whatever a policy says, and whoever owns the account.
    guard !request.action.isForSystem else { return refusal(.noIdentityStatement) }
    guard request.action.isOpen(to: request.caller) else { return refusal(.credentialKind) }
    let own = OwnPolicies(
      identity: judgeIdentity(), boundary: judgeBoundary(), session: judgeSessionPolicies())
    if let denial = own.denial { return denial }
    if request.action == .getSessionToken { return Decision(isAllowed: true, ground: .everyone) }
    switch request.resource {
    case .key(let key):
      guard !isHeldByAnother(key) else { return refusal(.otherHolder) }
      return decide(key.policy, of: .key, own, key.meant)
    case .identity(let identity) where request.action.isAboutTrust:
      return decide(identity.trust ?? Policy(statements: []), of: .role, own)
    case .grant(let grant, let key): return decide(retiring: grant, of: key, own)
    case .newKey, .alias, .account, .identity:
      guard isOwnAccount else { return refusal(.noIdentityStatement) }
      return own.decision
    case .server: return refusal(.noIdentityStatement)
    }
  }

  private func refusal(_ ground: Decision.Ground) -> Decision { Decision(isAllowed: false, ground: ground) }

  /// Protocols without claims see all that their callers may see.
  private func isHeldByAnother(_ key: ProtectedKey) -> Bool {
    guard let holder = key.record.object?.holder, let claim = request.origin.claim else { return false }
    return claim != .user(holder)
  }

  private var isOwnAccount: Bool {
    request.caller.account != nil && request.resource.account == request.caller.account
  }
}

// MARK: - What the caller carries

extension PolicyEvaluator {
  enum Verdict {
    case denied(Decision)
    case allowed(Decision)
    case silent
  }

  /// What the caller's own policies say, each kind for itself.
  struct OwnPolicies {
    let identity: Verdict
    /// nil without a limit.
    let boundary: Verdict?
    let session: Verdict?

    var denial: Decision? {
      if case .denied(let decision) = identity { return decision }
      if case .denied(let decision) = boundary { return decision }
      if case .denied(let decision) = session { return decision }
      return nil
    }

    /// Why the limits don't let something pass; nil when they do.
    var limit: Decision? {
      if let boundary, !boundary.isAllowed {
        return Decision(isAllowed: false, ground: .noBoundaryStatement)
      }
      if let session, !session.isAllowed { return Decision(isAllowed: false, ground: .noSessionStatement) }
      return nil
    }

    /// Where identity policies decide.
    var decision: Decision {
      guard case .allowed(let decision) = identity else {
        return Decision(isAllowed: false, ground: .noIdentityStatement)
      }
      return limit ?? decision
    }
  }

  private func judgeIdentity() -> Verdict {
    let verdict = judge(request.caller.policies) { .identityPolicy(policy: $0, statement: $1) }
    guard case .silent = verdict, request.caller.isRoot else { return verdict }
    return .allowed(Decision(isAllowed: true, ground: .accountRoot))
  }

  private func judgeBoundary() -> Verdict? {
    guard let boundary = request.caller.boundary else { return nil }
    return judge([boundary]) { .boundary(policy: $0, statement: $1) }
  }

  /// Somebody whom a user vouched for without saying for what may do nothing by the user's policies.
  private func judgeSessionPolicies() -> Verdict? {
    guard let session = request.caller.session else { return nil }
    switch (session.policies, session.kind) {
    case (let policies?, _): return judge(policies) { .sessionPolicy(policy: $0, statement: $1) }
    case (nil, .federated): return .silent
    case (nil, .role), (nil, .user): return nil
    }
  }

  private func judge(
    _ policies: [AttachedPolicy], _ ground: (String, String) -> Decision.Ground
  ) -> Verdict {
    var allowed: Decision?
    for place in policies.indices {
      let policy = policies[place].policy
      let statements = policy.statements.span  // lends statements, where a loop would copy each
      var next = policy.place(of: request.action, from: 0)
      while let index = next {
        next = policy.place(of: request.action, from: index + 1)
        let statement = statements[index]
        guard statement.effect == .deny || allowed == nil, covers(statement), conditionsHold(statement) else {
          continue
        }
        let ground = ground(policies[place].name, statement.label)
        guard statement.effect == .allow else {
          return .denied(Decision(isAllowed: false, ground: ground, statement: statement))
        }
        allowed = Decision(isAllowed: true, ground: ground, statement: statement)
      }
    }
    return allowed.map { .allowed($0) } ?? .silent
  }
}

extension PolicyEvaluator.Verdict {
  fileprivate var isAllowed: Bool {
    switch self {
    case .allowed: true
    case .denied, .silent: false
    }
  }
}

// MARK: - What the resource says

extension PolicyEvaluator {
  /// What a resource policy protects.
  enum Owner {
    case key
    case role

    func ground(_ statement: String) -> Decision.Ground {
      switch self {
      case .key: .keyPolicy(statement)
      case .role: .trust(statement)
      }
    }

    var absence: Decision.Ground {
      switch self {
      case .key: .noKeyPolicyStatement
      case .role: .noTrustStatement
      }
    }
  }

  private func decide(
    _ policy: Policy, of owner: Owner, _ own: OwnPolicies, _ meant: [String: IdentityID] = [:]
  ) -> Decision {
    var right = best(in: policy, of: owner, meant)
    guard !right.decision.isExplicitDeny else { return right.decision }
    if right.standing < .direct, !request.grants.isEmpty { right = right.orBetter(rightByGrants()) }
    return decide(by: right, otherwise: owner.absence, own)
  }

  /// The deny of a resource policy, or else the best right that it gives.
  private func best(in policy: Policy, of owner: Owner, _ meant: [String: IdentityID]) -> Right {
    var best = Right(.none, Decision(isAllowed: false, ground: owner.absence))
    let statements = policy.statements.span
    let mask = request.caller.mask
    var next = policy.place(of: request.action, for: mask, from: 0)
    while let index = next {
      next = policy.place(of: request.action, for: mask, from: index + 1)
      let statement = statements[index]
      guard let principals = statement.principals else { continue }
      let standing = standing(in: principals, statement.effect, meant)
      // An allow that adds nothing needn't be looked at further.
      guard standing > (statement.effect == .deny ? .none : best.standing), covers(statement),
        conditionsHold(statement)
      else { continue }
      let isAllowed = statement.effect == .allow
      let ground = owner.ground(statement.label)
      let right = Right(standing, Decision(isAllowed: isAllowed, ground: ground, statement: statement))
      guard isAllowed else { return right }
      best = right
    }
    return best
  }

  /// The best right that the resource's side gives.
  struct Right {
    let standing: Standing
    let decision: Decision

    init(_ standing: Standing, _ decision: Decision) {
      self.standing = standing
      self.decision = decision
    }

    func orBetter(_ other: Right?) -> Right {
      guard let other, other.standing > standing else { return self }
      return other
    }
  }

  private func decide(by right: Right, otherwise absence: Decision.Ground, _ own: OwnPolicies) -> Decision {
    if request.caller.webIdentity != nil { return right.decision }
    guard isOwnAccount else {
      // The owner of the resource and the account of the caller must both agree.
      guard right.standing > .none, request.action.isOpenToOtherAccounts else { return refusal(absence) }
      return own.decision
    }
    switch right.standing {
    case .none: return right.decision
    case .delegated: return own.decision
    case .limited: return own.limit ?? right.decision
    case .direct: return right.decision
    }
  }

  /// The principal that the grant names, and the account in whose name it was made. What is given to an account its root may
  /// do, and whom its identity policies let. The key's policy can only deny.
  private func decide(retiring grant: GrantRecord, of key: ProtectedKey, _ own: OwnPolicies) -> Decision {
    let byKeyPolicy = best(in: key.policy, of: .key, key.meant)
    guard !byKeyPolicy.decision.isExplicitDeny else { return byKeyPolicy.decision }
    let terms = grant.terms
    let byGrant = terms.operations.contains(.retireGrant) ? terms.grantee : nil
    var standing = Standing.none
    for case (let retirer?, let id) in [
      (terms.retiring, grant.meant.retiring), (byGrant, grant.meant.grantee),
    ] {
      standing = max(standing, self.standing(of: retirer, meaning: id))
    }
    if let account = request.caller.account, terms.issuer == account { standing = max(standing, .delegated) }
    switch standing {
    case .none: return refusal(.noIdentityStatement)
    case .delegated: return own.decision
    case .limited: return own.limit ?? Decision(isAllowed: true, ground: .grant(grant.id))
    case .direct: return Decision(isAllowed: true, ground: .grant(grant.id))
    }
  }
}

// MARK: - Statements

extension PolicyEvaluator {
  func covers(_ statement: Statement) -> Bool {
    statement.resources.contains(resourceName, for: statement.effect, budget, value(of:_:))
  }

  /// A condition that can't be evaluated never lets an allow match and always lets a deny.
  func conditionsHold(_ statement: Statement) -> Bool {
    for condition in statement.conditions {
      switch condition.evaluate(for: statement.effect, budget, value(of:_:)) {
      case .holds: continue
      case .fails: return false
      case .unknown: if statement.effect == .allow { return false }
      }
    }
    return true
  }
}
