import KMSDomain

/// Requests that nobody makes, and the policies to try them on.
struct Simulation: Sendable {
  private let identity: [SimulatedPolicy]
  private let boundary: SimulatedPolicy?
  private let resourcePolicy: SimulatedPolicy?
  private let caller: String
  private let account: AccountID
  private let resourceOwner: AccountID
  /// By the folded names of condition keys.
  private let known: [String: [String]]
  /// Bytes of all documents.
  let size: Int

  /// - Parameter caller: who is thought to ask: an ARN; empty where nobody said.
  /// - Parameter context: by the folded names of condition keys.
  init(
    identity: [SimulatedPolicy], boundary: SimulatedPolicy?, resourcePolicy: SimulatedPolicy?, caller: String,
    account: AccountID, resourceOwner: AccountID, context: [String: [String]]
  ) {
    self.identity = identity
    self.boundary = boundary
    self.resourcePolicy = resourcePolicy
    self.caller = caller
    self.account = account
    self.resourceOwner = resourceOwner
    known = Simulation.known(of: caller, in: account).merging(context) { $1 }
    let limits = [boundary, resourcePolicy].compactMap { $0 }
    size = (identity + limits).reduce(0) { $0 + $1.size }
  }

  enum Verdict: String, Sendable {
    case allowed
    case explicitDeny
    case implicitDeny
  }

  struct Match: Sendable {
    let policy: SimulatedPolicy
    let statement: SimulatedStatement
  }

  struct Result: Sendable {
    let action: String
    let resource: String
    let verdict: Verdict
    let matches: [Match]
    /// Condition keys that statements ask for and nobody gave, as they are written.
    let missing: [String]
    /// nil without a boundary.
    let boundaryAllows: Bool?
    let isForeign: Bool
    /// See `Explanation.work`.
    let work: Int
  }

  func result(_ action: String, on resource: String) -> Result {
    let isKeyAction = action.lowercased().utf8.starts(with: "kms:".utf8)
    var explanation = explain(action, on: resource, with: resourcePolicy)
    var work = explanation.work
    // Other services' resource policies allow beside identity policies; a key's is the root of every right to the key.
    if !isKeyAction, !isForeign, explanation.decision.ground == .noKeyPolicyStatement {
      explanation = explain(action, on: resource, with: nil)
      work += explanation.work
    }
    let decision = explanation.decision
    let verdict: Verdict =
      decision.isExplicitDeny
      ? .explicitDeny : decision.isAllowed && mayCross(action) ? .allowed : .implicitDeny
    return Result(
      action: action, resource: resource, verdict: verdict, matches: matches(explanation, verdict),
      missing: missing(explanation), boundaryAllows: boundary.map { _ in boundaryAllows(explanation) },
      isForeign: isForeign, work: work)
  }

  private var isForeign: Bool { resourceOwner != account }

  /// Some operations stay within the account, whatever policies say.
  private func mayCross(_ action: String) -> Bool {
    guard isForeign, let known = AWSVocabulary().action(named: action) else { return true }
    return known.isOpenToOtherAccounts
  }

  private func explain(
    _ action: String, on resource: String, with resourcePolicy: SimulatedPolicy?
  ) -> Explanation {
    let name = action.lowercased()
    let protected: ProtectedResource =
      resourcePolicy.map { policy in
        .key(
          ProtectedKey(
            record: .simulated(resource, of: resourceOwner), policy: policy.policy(for: name)))
      } ?? .alias(name: resource, account: resourceOwner)
    let request = AccessRequest(
      action: SimulatedPolicy.standIn, caller: simulatedCaller(name), origin: Simulation.origin,
      resource: protected, facts: .none, assumed: AssumedContext(known, isComplete: true))
    return PolicyEvaluator.explain(request, vocabulary: AWSVocabulary())
  }

  /// Policies go by their positions: two may have one name.
  private func simulatedCaller(_ action: String) -> Caller {
    Caller(
      account: account, principal: caller, principalID: "", userName: nil, isRoot: false, credential: "",
      policies: identity.enumerated().map {
        AttachedPolicy(name: String($0.offset), policy: $0.element.policy(for: action))
      }, boundary: boundary.map { AttachedPolicy(name: "", policy: $0.policy(for: action)) })
  }

  /// What the simulation knows without being told.
  private static func known(of caller: String, in account: AccountID) -> [String: [String]] {
    guard !caller.isEmpty else { return [:] }
    var known = [
      "aws:principalarn": [caller], "aws:principalaccount": [account.text],
      "kms:calleraccount": [account.text],
    ]
    if let arn = ARN(caller), arn.resource(after: "user/") != nil,
      let name = caller.split(separator: "/").last
    {
      known["aws:username"] = [String(name)]
    }
    return known
  }

  private static let origin = RequestOrigin(
    id: RequestID(Bits128(high: 0, low: 0)), door: "", source: "", isEncrypted: true, userAgent: "")
}

// MARK: - What is told of it

extension Simulation {
  /// The statements that made the decision: all that allow, or all that deny.
  private func matches(_ explanation: Explanation, _ verdict: Verdict) -> [Match] {
    let effect: Statement.Effect
    switch verdict {
    case .allowed: effect = .allow
    case .explicitDeny: effect = .deny
    case .implicitDeny: return []
    }
    return explanation.statements.compactMap { checked in
      guard checked.matches, checked.statement.effect == effect else { return nil }
      return written(checked)
    }
  }

  private func written(_ checked: Explanation.CheckedStatement) -> Match? {
    guard let policy = policy(checked.source), checked.place < policy.statements.count else { return nil }
    return Match(policy: policy, statement: policy.statements[checked.place])
  }

  private func policy(_ source: Explanation.Source) -> SimulatedPolicy? {
    switch source {
    case .identity(let place): Int(place).flatMap { $0 < identity.count ? identity[$0] : nil }
    case .boundary: boundary
    case .key: resourcePolicy
    case .session, .trust: nil
    }
  }

  private func missing(_ explanation: Explanation) -> [String] {
    var missing: [String] = []
    var found: Set<String> = []
    for checked in explanation.statements
    where checked.coversAction && checked.coversResource && checked.meansCaller {
      for key in written(checked)?.statement.conditionKeys ?? [] {
        guard let folded = ConditionKeyName(key)?.folded, known[folded] == nil, found.insert(key).inserted
        else {
          continue
        }
        missing.append(key)
      }
    }
    return missing
  }

  private func boundaryAllows(_ explanation: Explanation) -> Bool {
    let matching = explanation.statements.filter { checked in
      if case .boundary = checked.source { checked.matches } else { false }
    }
    return matching.contains { $0.statement.effect == .allow }
      && !matching.contains { $0.statement.effect == .deny }
  }
}

extension KeyRecord {
  /// What a resource policy of a simulation hangs on.
  fileprivate static func simulated(_ resource: String, of account: AccountID) -> KeyRecord {
    let id = Bits128(high: 0, low: 0)
    let never = Instant(milliseconds: 0)
    return KeyRecord(
      id: KeyID(id), home: Keyring(account: account, region: "", kind: .aws), identifier: "",
      resourceName: resource, spec: .aes256, usages: [.encrypt, .decrypt], origin: .generated,
      exportable: false, createdAt: never, state: .active, deletionDate: nil, description: "", tags: [],
      policy: [], versions: [KeyVersion(id: VersionID(id), state: .active, createdAt: never, material: nil)],
      current: VersionID(id), generation: 0)
  }
}
