package import KMSDomain

/// Finds objects by what a door knows of them. A caller finds only what it may read the attributes of, by the right of each object's
/// home.
package struct LocateObjects: Operation {
  package let home: Keyring
  /// Terms that each wanted object has, the rarest first; never none.
  package let terms: [UInt64]
  /// Whether keys of the account's AWS keyring of which nobody said more could be wanted too; those that were made in vaults are among
  /// them.
  package let includesPlainKeys: Bool
  /// nil: whatever identifier they have.
  package let identifier: String?
  /// Of those that are found.
  package let offset: Int
  package let limit: Int
  package let matches: @Sendable (ProtectedKey) -> Bool
  /// Who will ask: grants are looked for beforehand.
  private let caller: Caller
  private let origin: RequestOrigin

  /// At most so many are looked through: what is wanted has to be said more precisely then.
  package static let most = 100_000
  private static let page = 500

  package init(
    in home: Keyring, by terms: [UInt64], includesPlainKeys: Bool, identifier: String? = nil, offset: Int,
    limit: Int, as caller: Caller, from origin: RequestOrigin,
    matches: @escaping @Sendable (ProtectedKey) -> Bool
  ) {
    self.home = home
    self.terms = terms
    self.includesPlainKeys = includesPlainKeys
    self.identifier = identifier
    self.offset = offset
    self.limit = limit
    self.caller = caller
    self.origin = origin
    self.matches = matches
  }

  package struct Candidate: Sendable {
    let key: ProtectedKey
    fileprivate let findings: Docket.Findings
  }

  package struct Answer: Sendable {
    /// The latest first.
    package let objects: [ProtectedKey]
    /// How many there are, whatever offset and limit say.
    package let count: Int
  }

  package let operation = "LocateObjects"
  package var asked: Asked { Asked(.locateObjects, named: "") }
  package var family: RequestFamily? { .objects }
  package var demandBeforehand: Demand? { demand }

  private var demand: Demand { Demand(.locateObjects, on: .account(home.account), named: "") }

  package func demands(_ prepared: [Candidate], _ desk: Desk) -> Demands { Demands(demand) }

  package func prepare(_ desk: Desk) async throws(KMSError) -> [Candidate] {
    var candidates: [Candidate] = []
    for key in try await found(desk) {
      let findings = try await desk.findings(LocateObjects.look(at: key), caller)
      candidates.append(Candidate(key: key, findings: findings))
    }
    return candidates
  }

  /// What makes it visible.
  private static func look(at key: ProtectedKey) -> Demand {
    Demand(key.record.right(to: .getAttributes), on: .key(key), named: "")
  }

  private func found(_ desk: Desk) async throws(KMSError) -> [ProtectedKey] {
    if let identifier {
      guard
        let key = try await desk.key(named: KeyName(.identifier, identifier, in: home)).map(desk.caughtUp),
        matches(key)
      else { return [] }
      return [key]
    }
    var found = try await objects(of: home, desk)
    let keys = Keyring(account: home.account, region: home.region, kind: .aws)
    guard home != keys else { return found }
    found += try await objects(of: keys, desk)
    if includesPlainKeys { found += try await plainKeys(of: keys, desk) }
    return found
  }

  private func objects(of keyring: Keyring, _ desk: Desk) async throws(KMSError) -> [ProtectedKey] {
    var found: [ProtectedKey] = []
    var place: Int64?
    var seen = 0
    while seen < LocateObjects.most {
      let page = try await desk.store.objects(
        in: keyring, by: terms, before: place, limit: LocateObjects.page)
      for object in page {
        guard let key = try await desk.object(object.id) else { continue }
        if matches(key) { found.append(key) }
      }
      seen += page.count
      guard page.count == LocateObjects.page, let last = page.last else { return found }
      place = last.place
    }
    return found
  }

  private func plainKeys(of keyring: Keyring, _ desk: Desk) async throws(KMSError) -> [ProtectedKey] {
    var found: [ProtectedKey] = []
    var marker: String?
    var seen = 0
    while seen < LocateObjects.most {
      let page = try await desk.store.keyIdentifiers(in: keyring, after: marker, limit: LocateObjects.page)
      for identifier in page {
        guard let key = try await desk.key(named: KeyName(.identifier, identifier, in: keyring)),
          key.record.isPlain
        else { continue }
        if matches(key) { found.append(key) }
      }
      seen += page.count
      guard page.count == LocateObjects.page, let last = page.last else { return found }
      marker = last
    }
    return found
  }

  package func perform(
    _ prepared: [Candidate], _ permits: borrowing Permits, _ desk: Desk, _ caller: Caller
  ) throws(KMSError) -> Performed<Answer> {
    try permits.first.check(.locateObjects, key: nil, version: nil)
    let visible = prepared.filter {
      desk.allows(.getAttributes, on: $0.key, to: caller, from: origin, having: $0.findings)
    }.map(\.key)
    return Performed(
      Answer(objects: Array(visible.dropFirst(offset).prefix(limit)), count: visible.count))
  }
}

extension KeyRecord {
  /// Whether it has no terms by which it would be found: of what is in a vault, the vault's own say nothing to others.
  fileprivate var isPlain: Bool { object.map { $0.place != nil } ?? true }
}
