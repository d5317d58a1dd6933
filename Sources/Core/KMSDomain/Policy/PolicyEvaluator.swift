/// Who wants to do what to what: the input of a decision. A class, because every step of a decision looks at it.
package final class AccessRequest: Sendable {
  package let action: Action
  package let caller: Caller
  package let origin: RequestOrigin
  package let resource: ProtectedResource
  package let facts: RequestFacts

  package init(
    action: Action, caller: Caller, origin: RequestOrigin, resource: ProtectedResource, facts: RequestFacts
  ) {
    self.action = action
    self.caller = caller
    self.origin = origin
    self.resource = resource
    self.facts = facts
  }
}

/// A key with its policy in compiled form: what a decision needs, and what the record cache keeps. A class, because the
/// hot path hands it on several times per request.
package final class ProtectedKey: Sendable {
  package let record: KeyRecord
  package let policy: Policy
  /// See `KeyRecord.materialKey`.
  package let materialKey: KeyID
  /// Public names of the material of each version, in the order of `record.versions`: 64 hex digits that say nothing of
  /// the material and never change; then the one of the material that waits. nil where no material ever was. Empty where
  /// only a decision is wanted.
  private let materialNames: [String?]
  /// Of the current version.
  private let currentName: String?
  /// Versions whose material is there and may process what it protected.
  private let processing: [VersionID]

  package init(record: KeyRecord, policy: Policy, materialNames: [String?] = []) {
    self.record = record
    self.policy = policy
    materialKey = record.materialKey
    self.materialNames = materialNames
    let place = record.versions.firstIndex { $0.id == record.current }
    currentName = place.flatMap { $0 < materialNames.count ? materialNames[$0] : nil }
    processing = record.versions.filter { $0.state.mayProcess && $0.material != nil }.map(\.id)
  }

  package func mayProcess(with version: VersionID) -> Bool { processing.contains(version) }

  /// See `KeyRecord.require`.
  package func require(_ requirement: StateRequirement) throws(KMSError) {
    // Nearly always; the rest needs the whole record.
    if record.state == .active, requirement.isMetByActiveKeys { return }
    try record.require(requirement)
  }

  /// The public name of a version's material; nil for a version that the key doesn't have, or that never had material.
  package func materialName(of version: VersionID) -> String? {
    if version == record.current { return currentName }
    return zip(record.materials, materialNames).first { $0.0.id == version }?.1
  }
}

/// Somebody or something of an account's identities, as decisions see it.
package final class ProtectedIdentity: Sendable {
  /// What policies call it.
  package let name: String
  package let account: AccountID
  package let tags: [Tag]
  /// Who may act as it: roles have one.
  package let trust: Policy?

  package init(name: String, account: AccountID, tags: [Tag] = [], trust: Policy? = nil) {
    self.name = name
    self.account = account
    self.tags = tags
    self.trust = trust
  }
}

/// What is protected, with everything that a decision needs to know of it.
package enum ProtectedResource: Sendable {
  case key(ProtectedKey)
  /// A grant of a key, which says itself who may give it up. Indirect, so that the others stay small.
  indirect case grant(GrantRecord, ProtectedKey)
  /// A key that is being made: nothing protects it but the identity policies of the account.
  case newKey(account: AccountID)
  case alias(name: String, account: AccountID)
  /// A user, group, role, managed policy or provider.
  case identity(ProtectedIdentity)
  /// The account as a whole, for lists and the like.
  case account(AccountID)
  /// The server: for operators who came by a way that proves they own it.
  case server

  /// nil for the server, which is above accounts.
  package var account: AccountID? {
    switch self {
    case .key(let key), .grant(_, let key): key.record.home.account
    case .newKey(let account), .alias(_, let account), .account(let account): account
    case .identity(let identity): identity.account
    case .server: nil
    }
  }

  /// What policies call it; "*" where there is no single thing to name.
  package var name: String {
    switch self {
    case .key(let key), .grant(_, let key): key.record.resourceName
    case .alias(let name, _): name
    case .identity(let identity): identity.name
    case .newKey, .account: "*"
    case .server: "server"
    }
  }
}

/// A decision and what made it.
package struct Decision: Sendable, Equatable {
  package enum Ground: Sendable, Equatable {
    /// A statement of the key's policy.
    case keyPolicy(String)
    /// The grant of this id.
    case grant(String)
    /// A statement of a policy that the principal carries.
    case identityPolicy(policy: String, statement: String)
    /// The account's root needs no identity policy.
    case accountRoot
    /// Everyone may do this.
    case everyone
    /// The server itself.
    case system
    /// The key policy doesn't let identity policies decide, and no statement of it speaks of the caller.
    case noKeyPolicyStatement
    /// Nothing that the caller carries allows it.
    case noIdentityStatement
  }

  package let isAllowed: Bool
  package let ground: Ground

  package init(isAllowed: Bool, ground: Ground) {
    self.isAllowed = isAllowed
    self.ground = ground
  }

  /// A deny by a statement, as opposed to the absence of an allow.
  package var isExplicitDeny: Bool {
    guard !isAllowed else { return false }
    switch ground {
    case .keyPolicy, .identityPolicy: return true
    case .grant, .accountRoot, .everyone, .system, .noKeyPolicyStatement, .noIdentityStatement: return false
    }
  }
}

/// Decides by key policy and identity policies. Pure: same input, same answer.
///
/// An explicit deny from any source wins. A key's policy is the root of all rights to it: either it allows the caller
/// by name (enough within its own account), or it hands the account the right to decide, and then an identity policy must
/// allow. A caller of another account needs both. Where there is no key, identity policies decide alone.
package struct PolicyEvaluator {
  private let request: AccessRequest
  private let vocabulary: any PolicyVocabulary
  /// Every statement is asked about it.
  private let resourceName: String

  package static func decide(_ request: AccessRequest, vocabulary: any PolicyVocabulary) -> Decision {
    PolicyEvaluator(request: request, vocabulary: vocabulary, resourceName: request.resource.name).decide()
  }

  private func decide() -> Decision {
    if request.action == .getCallerIdentity { return Decision(isAllowed: true, ground: .everyone) }
    if request.caller.isSystem { return Decision(isAllowed: request.action.isOpenToSystem, ground: .system) }
    // Whatever a policy says, and whoever owns the account.
    guard !request.action.isForSystem else { return Decision(isAllowed: false, ground: .noIdentityStatement) }
    let identity = judgeIdentityPolicies()
    if case .denied(let ground) = identity { return Decision(isAllowed: false, ground: ground) }
    switch request.resource {
    case .key(let key): return decide(keyPolicy: key.policy, identity: identity)
    case .grant(let grant, _): return decide(retiring: grant, identity: identity)
    case .newKey, .alias, .account, .identity:
      guard request.resource.account == request.caller.account else {
        return Decision(isAllowed: false, ground: .noIdentityStatement)
      }
      return decision(by: identity)
    case .server: return Decision(isAllowed: false, ground: .noIdentityStatement)
    }
  }

  private enum IdentityVerdict {
    case denied(Decision.Ground)
    case allowed(Decision.Ground)
    case silent
  }

  private func decision(by identity: IdentityVerdict) -> Decision {
    switch identity {
    case .allowed(let ground): Decision(isAllowed: true, ground: ground)
    case .denied(let ground): Decision(isAllowed: false, ground: ground)
    case .silent: Decision(isAllowed: false, ground: .noIdentityStatement)
    }
  }

  private func judgeIdentityPolicies() -> IdentityVerdict {
    var allowed: Decision.Ground?
    let policies = request.caller.policies
    for place in policies.indices {
      let list = policies[place].policy.statements
      let statements = list.span  // lends statements, where a loop would copy each
      for index in statements.indices where covers(statements[index]) {
        guard conditionsHold(statements[index]) else { continue }
        let ground = Decision.Ground.identityPolicy(
          policy: policies[place].name, statement: statements[index].label)
        switch statements[index].effect {
        case .deny: return .denied(ground)
        case .allow: allowed = allowed ?? ground
        }
      }
    }
    if let allowed { return .allowed(allowed) }
    return request.caller.isRoot ? .allowed(.accountRoot) : .silent
  }

  private func decide(keyPolicy: Policy, identity: IdentityVerdict) -> Decision {
    var direct: String?
    var delegates = false
    let statements = keyPolicy.statements.span
    for index in statements.indices {
      guard covers(statements[index]), let principals = statements[index].principals else { continue }
      let match = match(principals)
      guard match != .none, conditionsHold(statements[index]) else { continue }
      switch (statements[index].effect, match) {
      case (.deny, _): return Decision(isAllowed: false, ground: .keyPolicy(statements[index].label))
      case (.allow, .caller): direct = direct ?? statements[index].label
      case (.allow, .account): delegates = true
      case (.allow, .none): break
      }
    }
    let isForeign = request.resource.account != request.caller.account
    if isForeign {
      guard direct != nil || delegates, request.action.isOpenToOtherAccounts else {
        return Decision(isAllowed: false, ground: .noKeyPolicyStatement)
      }
      return decision(by: identity)
    }
    if let direct { return Decision(isAllowed: true, ground: .keyPolicy(direct)) }
    guard delegates else { return Decision(isAllowed: false, ground: .noKeyPolicyStatement) }
    return decision(by: identity)
  }

  /// The principal that the grant names, and the account in whose name it was made. What is given to an account its root may
  /// do, and whom its identity policies let.
  private func decide(retiring grant: GrantRecord, identity: IdentityVerdict) -> Decision {
    let terms = grant.terms
    let retirers = [terms.retiring, terms.operations.contains(.retireGrant) ? terms.grantee : nil]
    if retirers.contains(request.caller.principal) {
      return Decision(isAllowed: true, ground: .grant(grant.id.hex))
    }
    guard let account = request.caller.account else {
      return Decision(isAllowed: false, ground: .noIdentityStatement)
    }
    let isAccountsOwn = terms.issuer == account || retirers.contains(vocabulary.rootPrincipal(of: account))
    return isAccountsOwn
      ? decision(by: identity) : Decision(isAllowed: false, ground: .noIdentityStatement)
  }

  private enum PrincipalMatch {
    case none
    /// The statement speaks of the caller's account, not of the caller.
    case account
    case caller
  }

  private func match(_ principals: PrincipalSet) -> PrincipalMatch {
    var best = PrincipalMatch.none
    for member in principals.members {
      switch member {
      case .anyone: best = .caller
      case .named(let name): if name == request.caller.principal { best = .caller }
      case .account(let account):
        guard account == request.caller.account else { continue }
        if request.caller.isRoot { best = .caller } else if best == .none { best = .account }
      }
    }
    if principals.inverted { return best == .none ? .caller : .none }
    return best
  }

  private func covers(_ statement: Statement) -> Bool {
    statement.actions.contains(request.action) && statement.resources.contains(resourceName)
  }

  /// A condition that can't be evaluated never lets an allow match and always lets a deny.
  private func conditionsHold(_ statement: Statement) -> Bool {
    for condition in statement.conditions {
      switch condition.evaluate(values(of: condition.key)) {
      case .holds: continue
      case .fails: return false
      case .unknown: if statement.effect == .allow { return false }
      }
    }
    return true
  }
}

extension PolicyEvaluator {
  /// The values that this request has for a condition key; nil when it has none.
  private func values(of key: ConditionKey) -> [String]? {
    switch key {
    case .callerAccount: request.caller.account.map { [$0.text] }
    case .principalName: [request.caller.principal]
    case .principalID: [request.caller.principalID]
    case .userName: request.caller.userName.map { [$0] }
    case .secureTransport: [request.origin.isEncrypted ? "true" : "false"]
    case .encryptionContext(let name): request.facts.encryptionContext?[name].map { [$0] }
    case .encryptionContextNames: encryptionContextNames
    case .encryptionAlgorithm: name(of: request.facts.algorithm) { $0.isEncryption }
    case .signingAlgorithm: name(of: request.facts.algorithm) { $0.isSigning }
    case .macAlgorithm: name(of: request.facts.algorithm) { $0.isMAC }
    case .keyAgreementAlgorithm: name(of: request.facts.algorithm) { $0 == .ecdh }
    case .messageForm: request.facts.messageForm.map { [vocabulary.name(of: $0)] }
    case .keySpec: (request.facts.newKeySpec ?? record?.spec).map { [vocabulary.name(of: $0)] }
    case .keyUsage: (request.facts.newKeyUsages ?? record?.usages).map { [vocabulary.name(of: $0)] }
    case .multiRegion: reach.map { [$0 == .singleRegion ? "false" : "true"] }
    case .multiRegionPart: reach.flatMap(vocabulary.name).map { [$0] }
    case .primaryRegion: request.facts.primaryRegion.map { [$0] }
    case .replicaRegion: request.facts.replicaRegion.map { [$0] }
    case .keyOrigin: (request.facts.newKeyOrigin ?? record?.origin).map { [vocabulary.name(of: $0)] }
    case .requestedAlias: request.facts.requestedAlias.map { [$0] }
    case .resourceTag(let name): record?.tags.first { $0.key == name }.map { [$0.value] }
    case .requestTag(let name): request.facts.requestTags?.first { $0.key == name }.map { [$0.value] }
    case .tagNames: request.facts.requestTags?.map(\.key) ?? request.facts.removedTagNames
    case .deletionWindowDays: request.facts.deletionWindowDays.map { [String($0)] }
    case .rotationPeriodDays: request.facts.rotationPeriodDays.map { [String($0)] }
    case .granteePrincipal: request.facts.grant.map { [$0.terms.grantee] }
    case .retiringPrincipal: request.facts.grant?.terms.retiring.map { [$0] }
    case .grantOperations: request.facts.grant.map { $0.terms.operations.members.map(vocabulary.name) }
    case .grantConstraintType: request.facts.grant.flatMap { constraintTypes($0.terms.constraints) }
    case .grantIsForService: isAboutGrants ? ["false"] : nil
    case .bypassesLockoutCheck: request.facts.bypassesLockoutCheck.map { [$0 ? "true" : "false"] }
    case .reEncryptsOnSameKey: request.facts.reEncryptsOnSameKey.map { [$0 ? "true" : "false"] }
    case .dataKeyPairSpec: request.facts.dataKeyPairSpec.map { [vocabulary.name(of: $0)] }
    case .recipientImage: request.facts.recipient?.image.map { [$0] }
    case .recipientRegister(let number, let platform):
      request.facts.recipient?.register(number, of: platform).map { [$0] }
    case .wrappingAlgorithm, .wrappingKeySpec, .expirationModel, .validTo: importValues(of: key)
    case .unknown: nil
    }
  }

  private func importValues(of key: ConditionKey) -> [String]? {
    switch (request.facts.importing, key) {
    case (.parameters(let algorithm, _), .wrappingAlgorithm): [vocabulary.name(of: algorithm)]
    case (.parameters(_, let importKey), .wrappingKeySpec): [vocabulary.name(of: importKey.keySpec)]
    case (.material(let expiry), .expirationModel): [vocabulary.expirationModel(expires: expiry != nil)]
    case (.material(let expiry), .validTo): expiry.map { [String($0.milliseconds / 1000)] }
    case (_, _): nil
    }
  }

  private var record: KeyRecord? {
    guard case .key(let key) = request.resource else { return nil }
    return key.record
  }

  /// nil unless the algorithm is of the kind that the condition key is about.
  private func name(of algorithm: KeyAlgorithm?, where isOfKind: (KeyAlgorithm) -> Bool) -> [String]? {
    guard let algorithm, isOfKind(algorithm) else { return nil }
    return [vocabulary.name(of: algorithm)]
  }

  private var reach: KeyReach? { request.facts.newKeyReach ?? record?.reach }

  /// No service acts for its users here.
  private var isAboutGrants: Bool { [.createGrant, .listGrants, .revokeGrant].contains(request.action) }

  private func constraintTypes(_ constraints: GrantConstraints) -> [String]? {
    constraints.isEmpty ? nil : constraints.types.map(vocabulary.name)
  }

  private var encryptionContextNames: [String]? {
    guard let pairs = request.facts.encryptionContext?.pairs, !pairs.isEmpty else { return nil }
    return pairs.map(\.name)
  }
}
