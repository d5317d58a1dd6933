/// A key with its policy in compiled form: what a decision needs, and what the record cache keeps. A class, because the
/// hot path hands it on several times per request.
package final class ProtectedKey: Sendable {
  package let record: KeyRecord
  package let policy: Policy
  /// See `KeyRecord.meant`; by name.
  let meant: [String: IdentityID]
  /// nil for a key without grants.
  package let grants: GrantShelf?
  /// See `KeyRecord.materialKey`.
  package let materialKey: KeyID
  /// Public names of the material of each version, in the order of `record.versions`: 64 hex digits that say nothing of
  /// the material and never change; then the one of the material that waits. nil where no material ever was. Empty where
  /// only a decision is wanted.
  private let materialNames: [String?]
  /// Of the current version.
  private let currentName: String?
  /// What a door has read of the object's notes; nil where no door reads them beforehand.
  package let notes: (any ReadNotes)?
  /// When the record's dates will have moved it on; the farthest moment if never.
  package let nextTransition: Instant
  /// See `KeyRecord.currentUses`. Here, as what follows, because whoever asks the record copies what it says of the object.
  package let currentUses: KeyUsages
  /// Whether dates limit what it may do while it is active: few have such dates.
  private let isDated: Bool
  /// Versions whose material is there and may process what it protected.
  private let processing: [VersionID]

  package init(
    record: KeyRecord, policy: Policy, materialNames: [String?] = [], grants: GrantShelf? = nil,
    notes: (any ReadNotes)? = nil
  ) {
    self.record = record
    self.notes = notes
    self.policy = policy
    meant = Dictionary(record.meant.map { ($0.name, $0.id) }) { first, _ in first }
    self.grants = grants
    materialKey = record.materialKey
    nextTransition = record.nextTransition ?? .distantFuture
    currentUses = record.currentUses
    isDated = record.isDated
    self.materialNames = materialNames
    let place = record.versions.firstIndex { $0.id == record.current }
    currentName = place.flatMap { $0 < materialNames.count ? materialNames[$0] : nil }
    processing = record.versions.filter { $0.state.mayProcess && $0.material != nil }.map(\.id)
  }

  /// The key as it is at a moment: itself, unless its dates have moved it on.
  package func caughtUp(to now: Instant) -> ProtectedKey {
    guard nextTransition <= now else { return self }
    return ProtectedKey(self, record.caughtUp(to: now))
  }

  private init(_ key: ProtectedKey, _ record: KeyRecord) {
    self.record = record
    policy = key.policy
    meant = key.meant
    grants = key.grants
    materialKey = key.materialKey
    materialNames = key.materialNames
    currentName = key.currentName
    notes = key.notes
    processing = key.processing
    currentUses = key.currentUses
    isDated = key.isDated
    nextTransition = record.nextTransition ?? .distantFuture
  }

  package func mayProcess(with version: VersionID) -> Bool { processing.contains(version) }

  /// See `KeyRecord.require`.
  package func require(_ requirement: StateRequirement) throws(KMSError) {
    // Nearly always; the rest needs the whole record.
    if record.state == .active, requirement.isMetByActiveKeys { return }
    try record.require(requirement)
  }

  /// See `KeyRecord.requireDates`.
  package func requireDates(
    _ requirement: StateRequirement, at now: @autoclosure () -> Instant
  ) throws(KMSError) {
    guard isDated else { return }
    try record.requireDates(requirement, at: now())
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

  /// The key that it is, or is of.
  package var key: ProtectedKey? {
    switch self {
    case .key(let key), .grant(_, let key): key
    case .newKey, .alias, .account, .identity, .server: nil
    }
  }

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
