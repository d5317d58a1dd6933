/// How closely something that allows, or a statement of a resource policy, speaks of the caller.
enum Standing: Int, Comparable {
  /// Not at all.
  case none
  /// Of the caller's account: its identity policies decide.
  case delegated
  /// Of the role whose session the caller has, or of the user who vouched for it: what limits those limits the caller.
  case limited
  /// Of the caller itself, or of everybody: no limit of the caller's reaches it, only denies.
  case direct

  static func < (one: Standing, other: Standing) -> Bool { one.rawValue < other.rawValue }
}

extension PolicyEvaluator {
  /// - Parameter meant: whom names of users and roles meant when the policy was written. An allow is theirs; a deny is for whoever has
  ///   the name.
  func standing(
    in principals: PrincipalSet, _ effect: Statement.Effect, _ meant: [String: IdentityID] = [:]
  ) -> Standing {
    if principals.inverted { return standing(outside: principals.members, effect) }
    var best = Standing.none
    let members = principals.members.span
    for index in members.indices {
      switch members[index] {
      case .anyone:
        // Nobody is let in by a token unless its provider is named.
        if request.caller.webIdentity == nil || effect == .deny { best = .direct }
      case .account(let account):
        if account == request.caller.account { best = max(best, standingInAccount) }
      case .named(let name):
        let standing = standing(named: name)
        if standing > best, effect == .deny || request.caller.isMeant(meant[name]) { best = standing }
      case .provider(let name): if request.caller.webIdentity?.provider == name { best = .direct }
      }
    }
    return best
  }

  /// Of somebody whom a grant names, where an account is called by its root.
  func standing(of principal: String, meaning id: IdentityID?) -> Standing {
    guard request.caller.isMeant(id) else { return .none }
    let named = standing(named: principal)
    guard named == .none, let account = request.caller.account,
      principal == vocabulary.rootPrincipal(of: account)
    else { return named }
    return standingInAccount
  }

  private var standingInAccount: Standing { request.caller.isRootItself ? .direct : .delegated }

  private func standing(named name: String) -> Standing {
    if name == request.caller.principal { return .direct }
    guard let parent = request.caller.session?.parent else { return .none }
    return name == parent ? .limited : .none
  }

  /// Everybody but those listed is meant, at each of their levels: the account, then the role or user, then the session. A deny
  /// spares only somebody whose every level is listed, and nobody who has a boundary. Allowing everybody else is documented as
  /// not supported: nobody is let in.
  private func standing(outside members: [PrincipalSet.Member], _ effect: Statement.Effect) -> Standing {
    guard effect == .deny else { return .none }
    let caller = request.caller
    let isSpared = caller.boundary == nil && caller.levels.allSatisfy { isListed($0, in: members) }
    return isSpared ? .none : .direct
  }

  private func isListed(_ level: PrincipalSet.Member, in members: [PrincipalSet.Member]) -> Bool {
    members.contains { $0 == .anyone || $0 == level }
  }
}

extension Caller {
  /// Whether it is, or acts for, whom a name meant that it has now. nil: whoever has the name.
  fileprivate func isMeant(_ id: IdentityID?) -> Bool {
    guard let id else { return true }
    return id.text == principalID || id == session?.identity
  }

  /// The root itself, not somebody it vouched for.
  fileprivate var isRootItself: Bool {
    guard isRoot else { return false }
    switch session?.kind {
    case nil, .user: return true
    case .role, .federated: return false
    }
  }

  /// What the caller is, from its account to itself. The root is its account.
  fileprivate var levels: [PrincipalSet.Member] {
    var levels: [PrincipalSet.Member] = []
    if let account { levels.append(.account(account)) }
    if let parent = session?.parent, !isRoot { levels.append(.named(parent)) }
    if let webIdentity { levels.append(.provider(webIdentity.provider)) }
    if webIdentity == nil, !isRootItself { levels.append(.named(principal)) }
    return levels
  }

  /// Whom grants may name so that the caller can use them; `root` is what policies call the root of its account.
  package func granteeNames(root: String?) -> [String] {
    var names = [principal]
    if let parent = session?.parent { names.append(parent) }
    if let root, root != principal { names.append(root) }
    return names
  }
}

extension Session {
  /// Whose rights the session has, where that isn't the caller's own name.
  package var parent: String? {
    switch kind {
    case .role(let name), .federated(by: let name): name
    case .user: nil
    }
  }
}
