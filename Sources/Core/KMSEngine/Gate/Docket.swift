import KMSDomain

/// The demands of a call with what decisions about them need: found before, so that deciding waits for nothing.
struct Docket: Sendable {
  /// What one decision needs beside its demand.
  struct Findings: Sendable {
    /// Of the key, for the caller.
    var grants: [GrantRecord] = []
    /// Of the key; nil when no policy asks.
    var aliases: [String]?
  }

  let demands: Demands
  let first: Findings
  let second: Findings
  let third: Findings
  /// Of each of `demands.rest`.
  let rest: [Findings]
}

extension Desk {
  /// nil when something has to be read first.
  func warmDocket(_ demands: Demands, _ caller: Caller) -> Docket? {
    guard let first = warmFindings(demands.first, caller), let second = warmFindings(demands.second, caller),
      let third = warmFindings(demands.third, caller)
    else { return nil }
    var rest: [Docket.Findings] = []
    for demand in demands.rest {
      guard let findings = warmFindings(demand, caller) else { return nil }
      rest.append(findings)
    }
    return Docket(demands: demands, first: first, second: second, third: third, rest: rest)
  }

  func docket(_ demands: Demands, _ caller: Caller) async throws(KMSError) -> Docket {
    var rest: [Docket.Findings] = []
    for demand in demands.rest { rest.append(try await findings(demand, caller)) }
    return Docket(
      demands: demands, first: try await findings(demands.first, caller),
      second: try await findings(demands.second, caller), third: try await findings(demands.third, caller),
      rest: rest)
  }

  private func warmFindings(_ demand: Demand?, _ caller: Caller) -> Docket.Findings? {
    guard let demand, let key = demand.resource.key else { return Docket.Findings() }
    guard !asksForAliases(key, caller) else { return nil }
    guard let shelf = key.grants, demand.action.grantOperation != nil else { return Docket.Findings() }
    return shelf.grants(for: GrantShelf.Holder(caller)).map { Docket.Findings(grants: $0) }
  }

  func findings(_ demand: Demand?, _ caller: Caller) async throws(KMSError) -> Docket.Findings {
    guard let demand, let key = demand.resource.key else { return Docket.Findings() }
    var findings = Docket.Findings()
    if let shelf = key.grants, demand.action.grantOperation != nil {
      findings.grants = try await grants(of: key.record.id, on: shelf, for: caller)
    }
    if asksForAliases(key, caller) { findings.aliases = try await aliases(of: key.record) }
    return findings
  }

  private func asksForAliases(_ key: ProtectedKey, _ caller: Caller) -> Bool {
    caller.asksForAliases || key.policy.asksForAliases
  }

  /// As they are now: other than grants, aliases can change without the key's leaving the cache.
  private func aliases(of key: KeyRecord) async throws(KMSError) -> [String] {
    var names: [String] = []
    for stored in try await store.aliases(
      in: key.home, of: key.id, after: nil, limit: KeyRecord.mostAliases)
    {
      let alias = try unseal(stored, .aliasRecord)
      guard alias.target == key.id else { throw .corrupt(.aliasRecord) }
      names.append(alias.name.text)
    }
    return names
  }
}
