/// Everything that can go wrong at the engine, in its own terms. Each door has one table from here to its wire form.
///
/// Strings are names that the caller used or may see; never secrets. Causes that a caller must not see are in the log,
/// under the request id.
package enum KMSError: Error, Equatable, Sendable {
  // Names
  /// No key of that identifier.
  case keyNotFound(String)
  /// No alias of that name.
  case aliasNotFound(String)
  case aliasExists(String)
  /// The key was there and has been destroyed.
  case keyDestroyed(String)

  // Rights
  case denied(Denial)
  /// The ciphertext's key is absent or not the caller's to use: the two are not told apart.
  case ciphertextKeyInaccessible
  /// The change would leave nobody able to change the policy again.
  case policyLockout
  case malformedPolicy(String)

  // State
  case keyDisabled(String)
  case keyPendingDeletion(String)
  case keyNotPendingDeletion(String)
  case keyPendingImport(String)
  /// The alias may not move to a key of another kind.
  case aliasTargetMismatch(String)

  // Related keys
  /// The key is alone, or follows another.
  case keyNotPrimary(String)
  /// It is the primary already.
  case keyNotReplica(String)
  /// The Region has a key of that name.
  case relatedKeyExists(String)

  // Cryptography
  /// Malformed, tampered with, made under another context, or by material that is gone: the caller can't tell which.
  case invalidCiphertext
  /// The ciphertext belongs to another key than the one that the caller named.
  case incorrectKey
  /// The key's usages don't include what was asked.
  case invalidKeyUsage(key: String, usages: KeyUsages, action: Action)
  /// The key has no public half.
  case noPublicKey(String)
  /// Only symmetric encryption binds a context to what it encrypts.
  case contextUnsupported(KeySpec)
  /// The key is of a kind that the algorithm isn't for.
  case incompatibleAlgorithm(KeyAlgorithm, KeySpec)
  /// The algorithm doesn't take messages in that form for such a key.
  case incompatibleMessageForm(MessageForm, KeySpec)
  /// What was given as a hash is longer or shorter than the algorithm's.
  case invalidDigestLength(SigningAlgorithm)
  /// More than the algorithm encrypts with such a key; `limit` in bytes.
  case plaintextTooLong(EncryptionAlgorithm, KeySpec, limit: Int)
  /// Malformed, or not of this key over this message: nobody can tell which.
  case invalidSignature
  case invalidMAC
  /// What another party gave as its public key isn't one of the kind that is needed.
  case invalidPublicKey
  /// Custody can't do it at all; the reason is for the caller.
  case unsupportedAlgorithm(String)

  /// The parameters, the forms or the shares that a caller chose.
  case cryptography(CryptoFault)

  // Import
  /// Not a token of this server for this key, or altered.
  case invalidImportToken
  case expiredImportToken
  /// What came out of its protection isn't material of the key's kind, or isn't sound.
  case incorrectKeyMaterial
  /// The import key, the algorithm and the kind of material don't go together.
  case incompatibleImport(ImportAlgorithm, ImportKeySpec, KeySpec)
  /// The key has its material from elsewhere than the operation is about.
  case wrongOrigin(String, KeyOrigin)
  /// Material can't be told to expire in the past, or later than `ImportTerms.longestStay` from now.
  case invalidExpiry
  /// Keys of this kind have one material for all their life: there is nothing to tell apart.
  case singleMaterial(KeySpec)
  /// Other material already waits for a rotation; the names of both.
  case otherMaterialPending(key: String, new: String, pending: String)
  /// A rotation has nothing to rotate to.
  case noMaterialPending(String)
  /// The key has no material of that name.
  case materialNotFound(String)
  /// No material of the key has to go now: somebody changed it.
  case materialNotExpired(String)

  // Rotation
  /// Not a kind of key that gets new material.
  case rotationUnsupported(String)
  /// The key's schedule rotates it in a moment.
  case rotationImminent(String)
  /// The schedule has no rotation for this key now: somebody changed it.
  case rotationNotDue(String)

  // Grants
  /// The key has no grant of that id.
  case grantNotFound(String)
  /// Not made here, or its grant is gone.
  case invalidGrantToken
  /// The key can't do what the grant would allow.
  case unsupportedGrantOperation(GrantOperation, key: String)
  /// The key takes no encryption context that could be constrained.
  case unsupportedGrantConstraint(key: String)
  case tooManyGrants

  /// Custom key stores.
  case customKeyStore(KeyStoreFault)
  /// Users, groups, roles and what they carry.
  case identity(IdentityFault)
  /// Sessions that somebody wanted to begin, or asked about.
  case session(SessionFault)
  /// Managed objects, where they are more than keys.
  case object(ObjectFault)
  /// Vaults and what is in them.
  case vault(VaultFault)
  // Attestation
  /// The document that should have said whose key an answer may be encrypted for says nothing that can be believed.
  case attestation(AttestationFault)

  /// A development server's seed asks for another thing than what is there.
  case seedContradiction(SeedContradiction)

  // Limits
  case tooManyRotations(String)
  /// Of one key.
  case tooManyReplicas(String)
  case tooManyTags
  case tooManyAliases(String)
  /// Of one account in one Region: how many it may have, and how many it has.
  case tooManyKeys(most: Int, present: Int)
  /// The caller's account, or the caller itself, asks more often than its quota allows.
  case throttled
  /// The page marker is not one that this list gave out.
  case invalidMarker

  /// Everything was allowed and possible; nothing was done because the caller asked only for that.
  case dryRun

  /// So much slow work is waiting that this isn't taken on too; later it may be.
  case tooBusy

  // Faults of ours: opaque to callers
  /// Another change came first, again and again.
  case contention
  /// A stored record or wrapped key failed its authentication.
  case corrupt(Corruption)
  case storeUnavailable
  case auditUnavailable
  case custodyUnavailable
  /// Custody was handed a permit for something else: a defect, and the call fails.
  case permitMismatch

  /// A refusal with what the caller may know of it; the full decision is in the audit record.
  package struct Denial: Equatable, Sendable {
    package let action: Action
    package let principal: String
    package let resource: String
    package let decision: Decision
    /// Whether a key policy was asked.
    package let hadKeyPolicy: Bool
    /// What the caller wrote; empty when a ciphertext named the key.
    package let named: String
    /// The resource belongs to another account.
    package let isForeign: Bool

    package init(
      action: Action, principal: String, resource: String, decision: Decision, hadKeyPolicy: Bool,
      named: String, isForeign: Bool
    ) {
      self.named = named
      self.isForeign = isForeign
      self.action = action
      self.principal = principal
      self.resource = resource
      self.decision = decision
      self.hadKeyPolicy = hadKeyPolicy
    }
  }

  package enum Corruption: String, Sendable {
    case keyRecord
    case aliasRecord
    case grant
    case keyUse
    case accessKey
    case clientCertificate
    case application
    case tokenKey
    case principal
    case policy
    case customKeyStore
    case vault
    case keyMaterial
    case epoch
  }
}
