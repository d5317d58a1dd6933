/// What one demand says about itself, for conditions to ask. Absent facts are nil.
package struct RequestFacts: Sendable {
  package var encryptionContext: EncryptionContext?
  package var requestedAlias: String?
  package var requestTags: [Tag]?
  /// For removals, which name keys without values.
  package var removedTagNames: [String]?
  package var deletionWindowDays: Int?
  package var rotationPeriodDays: Int?
  package var grant: GrantFacts?
  package var importing: ImportFacts?
  package var bypassesLockoutCheck: Bool?
  package var reEncryptsOnSameKey: Bool?
  package var newKeySpec: KeySpec?
  package var newKeyUsages: KeyUsages?
  package var newKeyOrigin: KeyOrigin?
  /// In what kind of container a key is to be made.
  package var newKeyring: Keyring.Kind?
  package var newKeyReach: KeyReach?
  /// Where in a vault the demand is about something that isn't there yet, or about several things.
  package var place: VaultPlace?
  /// The vault as a whole that the demand is about.
  package var vault: String?
  /// Another Region that the demand is about.
  package var otherRegion: OtherRegion?
  /// What the key is to be used by; nil for what doesn't use it.
  package var algorithm: KeyAlgorithm?
  package var messageForm: MessageForm?
  /// The kind of a key pair that is made for the caller.
  package var dataKeyPairSpec: KeySpec?
  /// Whose key the answer will be encrypted for.
  package var recipient: Recipient?
  /// What is asked for in a session.
  package var session: SessionFacts?
  /// What is asked for in an identity.
  package var identity: IdentityFacts?

  package static let none = RequestFacts()
  package init() {}
}

/// Why a demand names a Region that isn't its key's.
package enum OtherRegion: Sendable {
  /// It is to get a replica.
  case replica(String)
  /// Its key is to become the primary.
  case primary(String)
}

extension RequestFacts {
  /// See `KeySpec.purpose`; the usages themselves where there isn't one.
  var newKeyPurpose: KeyUsages? {
    newKeyUsages.map { usages in newKeySpec?.purpose(for: usages) ?? usages }
  }

  var replicaRegion: String? {
    guard case .replica(let region) = otherRegion else { return nil }
    return region
  }

  var primaryRegion: String? {
    guard case .primary(let region) = otherRegion else { return nil }
    return region
  }
}

/// What is asked for in a grant. A class, so that the facts of all other requests stay small.
package final class GrantFacts: Sendable {
  package let terms: GrantTerms
  package init(_ terms: GrantTerms) { self.terms = terms }
}

/// What is asked for in a session; its tags are `RequestFacts.requestTags`. A class, like that of grants.
package final class SessionFacts: Sendable {
  package let name: String?
  /// What the role's owner gave to whoever may act as it.
  package let externalID: String?
  package let sourceIdentity: String?
  /// Of tags that sessions begun by this one will have too.
  package let transitiveTagNames: [String]

  package init(
    name: String? = nil, externalID: String? = nil, sourceIdentity: String? = nil,
    transitiveTagNames: [String] = []
  ) {
    self.name = name
    self.externalID = externalID
    self.sourceIdentity = sourceIdentity
    self.transitiveTagNames = transitiveTagNames
  }
}

/// What is asked for in an identity, by what policies call it. A class, like that of grants.
package final class IdentityFacts: Sendable {
  /// The managed policy that is to be attached or detached.
  package let policy: String?
  /// The boundary that is asked for, or else the one that the identity has.
  package let boundary: String?

  package init(policy: String? = nil, boundary: String? = nil) {
    self.policy = policy
    self.boundary = boundary
  }
}

/// What is asked for on the way of material into a key.
package indirect enum ImportFacts: Sendable {
  case parameters(ImportAlgorithm, ImportKeySpec)
  case material(expiry: Instant?)
}

/// The names that policies use, which only doors build. One vocabulary serves every protocol: a policy means the same
/// whichever door the request came through.
package protocol PolicyVocabulary: Sendable {
  /// What policies call a key with this identifier.
  func keyResource(_ identifier: String, in home: Keyring) -> String
  /// What policies call an alias.
  func aliasResource(_ name: KeyName) -> String
  /// What policies call the root of an account.
  func rootPrincipal(of account: AccountID) -> String
  /// What policies call an identity.
  func identityResource(_ name: IdentityName, path: String) -> String
  /// How a policy that every account has is shown in lists; nil when there is none of that name.
  func builtInTitle(_ name: String) -> PolicyTitle?
  /// The document of a policy that every account has; nil when there is none of that name.
  func builtInPolicy(_ name: String) -> [UInt8]?
  /// The policies that every account has, in the byte order of their names.
  var builtInPolicies: [BuiltInPolicy] { get }
  /// The user or role that a policy means by a principal's name: of a session, the role. nil for names that mean nobody's
  /// identity.
  func identity(ofPrincipal name: String) -> IdentityName?
  /// What policies call whoever acts in a session: the role under the session's name, whom a user vouched for, or the user
  /// itself.
  /// - Parameter principal: what policies call the role or user.
  func sessionPrincipal(_ claims: SessionClaims, of principal: String) -> String
  func name(of spec: KeySpec) -> String
  func name(of usages: KeyUsages) -> String
  func name(of origin: KeyOrigin) -> String
  func name(of kind: Keyring.Kind) -> String
  /// What a part among related keys is called; nil for a key that is alone.
  func name(of reach: KeyReach) -> String?
  func name(of algorithm: KeyAlgorithm) -> String
  func name(of form: MessageForm) -> String
  func name(of algorithm: ImportAlgorithm) -> String
  func expirationModel(expires: Bool) -> String
  func name(of kind: Caller.Kind) -> String
  func name(of operation: GrantOperation) -> String
  func name(of type: GrantConstraints.Kind) -> String
  /// The policy of a key whose maker gave none: the account's identity policies decide.
  func defaultKeyPolicy(for account: AccountID) -> [UInt8]
  /// The same for an object of a keyring whose protocol has more rights to it than AWS has to keys.
  func defaultObjectPolicy(for account: AccountID) -> [UInt8]
  /// A document of a resource policy in which these principals, by the names that it has for them, are called by their own ids.
  func document(_ document: [UInt8], calling principals: [String: IdentityID]) -> [UInt8]
  /// - Throws: `KMSError.malformedPolicy` with the reason.
  func compile(_ document: [UInt8], as kind: PolicyKind) throws(KMSError) -> Policy
}

extension PolicyVocabulary {
  package func name(of identity: IdentityRecord) -> String {
    identityResource(identity.reference, path: identity.path)
  }
}

/// What a policy document hangs on, which decides what its grammar allows.
package enum PolicyKind: Sendable {
  case key
  /// Carried by a user, a group or a role, or the boundary of one.
  case identity
  /// Limits a session.
  case session
  /// Says who may act as a role.
  case trust
}
