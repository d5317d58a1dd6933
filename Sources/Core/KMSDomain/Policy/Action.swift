/// What a caller may be allowed to do. Every operation has its own, so that a right for one is never a right for two.
///
/// Raw values are positions in `ActionSet`, not stored.
package enum Action: UInt8, CaseIterable, Sendable {
  case createKey
  case describeKey
  case listKeys
  case enableKey
  case disableKey
  case updateKeyDescription
  case scheduleKeyDeletion
  case cancelKeyDeletion
  case createAlias
  case updateAlias
  case deleteAlias
  case listAliases
  case tagResource
  case untagResource
  case listResourceTags
  case getKeyPolicy
  case putKeyPolicy
  case listKeyPolicies
  case getKeyRotationStatus
  case encrypt
  case decrypt
  case reEncryptFrom
  case reEncryptTo
  case generateDataKey
  case generateDataKeyWithoutPlaintext
  case generateDataKeyPair
  case generateDataKeyPairWithoutPlaintext
  case generateRandom
  case sign
  case verify
  case getPublicKey
  case generateMac
  case verifyMac
  case deriveSharedSecret
  case encapsulate
  case decapsulate
  case getParametersForImport
  case importKeyMaterial
  case getCallerIdentity
  case enableKeyRotation
  case disableKeyRotation
  case rotateKeyOnDemand
  case listKeyRotations
  case createGrant
  case listGrants
  case listRetirableGrants
  case retireGrant
  case revokeGrant
  case getKeyLastUsage
  case deleteImportedKeyMaterial
  case replicateKey
  case updatePrimaryRegion
  case createCustomKeyStore
  case describeCustomKeyStores
  case updateCustomKeyStore
  case deleteCustomKeyStore
  case connectCustomKeyStore
  case disconnectCustomKeyStore
  /// The background job that destroys a key whose window has passed.
  case destroyKey
  /// The background job that gives a key new material when its schedule says so.
  case rotateKey
  /// Reading the server's state over the admin socket.
  case readStatus
  /// Moving the clock of a development server.
  case advanceClock
  /// Making an access key: the first of a server, and further ones of a development server.
  case issueAccessKey
  /// The background job that makes the next wrapping-key epoch.
  case renewEpoch
  /// The background job that takes away imported material whose time has come.
  case expireKeyMaterial
}

extension Action {
  /// In which states of the key this is possible; for actions without a key, no key is asked.
  package var requirement: StateRequirement {
    switch self {
    case .encrypt, .reEncryptTo, .generateDataKey, .generateDataKeyWithoutPlaintext, .generateDataKeyPair,
      .generateDataKeyPairWithoutPlaintext, .sign, .generateMac, .deriveSharedSecret, .encapsulate:
      .protects
    case .decrypt, .reEncryptFrom, .verify, .verifyMac, .getPublicKey, .decapsulate: .processes
    case .enableKey, .disableKey: .hasMaterial
    case .updateKeyDescription, .scheduleKeyDeletion, .createAlias, .updateAlias, .tagResource,
      .untagResource:
      .notPendingDeletion
    case .getParametersForImport, .importKeyMaterial: .takesMaterial
    case .cancelKeyDeletion: .pendingDeletion
    case .destroyKey: .pendingDeletion
    case .rotateKeyOnDemand: .rotates
    case .enableKeyRotation, .disableKeyRotation, .rotateKey: .rotatesByItself
    case .getKeyRotationStatus: .isGenerated
    case .listKeyRotations: .exists
    case .createGrant: .protects
    case .listGrants, .listRetirableGrants, .retireGrant, .revokeGrant, .getKeyLastUsage: .exists
    case .deleteImportedKeyMaterial, .expireKeyMaterial: .isImported
    case .replicateKey, .updatePrimaryRegion: .protects
    case .createCustomKeyStore, .describeCustomKeyStores, .updateCustomKeyStore, .deleteCustomKeyStore,
      .connectCustomKeyStore, .disconnectCustomKeyStore:
      .exists
    case .createKey, .describeKey, .listKeys, .deleteAlias, .listAliases, .listResourceTags, .getKeyPolicy,
      .putKeyPolicy, .listKeyPolicies, .generateRandom, .getCallerIdentity,
      .readStatus, .advanceClock,
      .issueAccessKey, .renewEpoch:
      .exists
    }
  }
}

extension Action {
  /// Which usage of the key this needs, if any.
  package var usage: KeyUsages? {
    switch self {
    case .encrypt, .reEncryptTo, .generateDataKey, .generateDataKeyWithoutPlaintext, .generateDataKeyPair,
      .generateDataKeyPairWithoutPlaintext:
      .encrypt
    case .decrypt, .reEncryptFrom: .decrypt
    case .sign: .sign
    case .verify: .verify
    case .generateMac: .mac
    case .verifyMac: .verifyMac
    case .deriveSharedSecret: .derive
    case .encapsulate: .encapsulate
    case .decapsulate: .decapsulate
    case .enableKeyRotation, .disableKeyRotation, .rotateKeyOnDemand, .listKeyRotations, .rotateKey: nil
    case .createGrant, .listGrants, .listRetirableGrants, .retireGrant, .revokeGrant, .getKeyLastUsage: nil
    case .deleteImportedKeyMaterial, .expireKeyMaterial, .replicateKey, .updatePrimaryRegion: nil
    case .createCustomKeyStore, .describeCustomKeyStores, .updateCustomKeyStore, .deleteCustomKeyStore,
      .connectCustomKeyStore, .disconnectCustomKeyStore:
      nil
    case .createKey, .describeKey, .listKeys, .enableKey, .disableKey, .updateKeyDescription,
      .scheduleKeyDeletion, .cancelKeyDeletion, .createAlias, .updateAlias, .deleteAlias, .listAliases,
      .tagResource, .untagResource, .listResourceTags, .getKeyPolicy, .putKeyPolicy, .listKeyPolicies,
      .getKeyRotationStatus, .getPublicKey, .getParametersForImport, .importKeyMaterial,
      .generateRandom, .getCallerIdentity, .destroyKey, .readStatus, .advanceClock, .issueAccessKey,
      .renewEpoch:
      nil
    }
  }
}

extension Action {
  /// What the server itself and the owner of its admin socket may do, and nobody else.
  package var isForSystem: Bool {
    switch self {
    case .destroyKey, .readStatus, .advanceClock, .issueAccessKey, .renewEpoch: true
    case .rotateKey, .expireKeyMaterial: true
    case .enableKeyRotation, .disableKeyRotation, .rotateKeyOnDemand, .listKeyRotations: false
    case .createGrant, .listGrants, .listRetirableGrants, .retireGrant, .revokeGrant, .getKeyLastUsage: false
    case .deleteImportedKeyMaterial, .replicateKey, .updatePrimaryRegion: false
    case .createCustomKeyStore, .describeCustomKeyStores, .updateCustomKeyStore, .deleteCustomKeyStore,
      .connectCustomKeyStore, .disconnectCustomKeyStore:
      false
    case .createKey, .describeKey, .listKeys, .enableKey, .disableKey, .updateKeyDescription,
      .scheduleKeyDeletion, .cancelKeyDeletion, .createAlias, .updateAlias, .deleteAlias, .listAliases,
      .tagResource, .untagResource, .listResourceTags, .getKeyPolicy, .putKeyPolicy, .listKeyPolicies,
      .getKeyRotationStatus,
      .encrypt, .decrypt, .reEncryptFrom, .reEncryptTo, .generateDataKey, .generateDataKeyWithoutPlaintext,
      .generateDataKeyPair, .generateDataKeyPairWithoutPlaintext, .sign, .verify, .getPublicKey, .generateMac,
      .verifyMac, .deriveSharedSecret, .encapsulate, .decapsulate, .getParametersForImport,
      .importKeyMaterial, .generateRandom, .getCallerIdentity:
      false
    }
  }
}

extension Action {
  /// Whether a caller of another account may be let do this; everything else stays within the account, whatever policies
  /// say.
  package var isOpenToOtherAccounts: Bool {
    switch self {
    case .describeKey, .getKeyRotationStatus, .encrypt, .decrypt, .reEncryptFrom, .reEncryptTo,
      .generateDataKey, .generateDataKeyWithoutPlaintext, .generateDataKeyPair,
      .generateDataKeyPairWithoutPlaintext, .sign, .verify, .getPublicKey, .generateMac, .verifyMac,
      .deriveSharedSecret, .encapsulate, .decapsulate:
      true
    case .enableKeyRotation, .disableKeyRotation, .rotateKeyOnDemand, .listKeyRotations, .rotateKey: false
    case .createGrant, .listGrants, .revokeGrant: true
    // Policies don't decide about retiring: the grant does, for whichever account.
    case .listRetirableGrants, .retireGrant: false
    case .getKeyLastUsage: false
    case .deleteImportedKeyMaterial, .expireKeyMaterial, .replicateKey, .updatePrimaryRegion: false
    case .createCustomKeyStore, .describeCustomKeyStores, .updateCustomKeyStore, .deleteCustomKeyStore,
      .connectCustomKeyStore, .disconnectCustomKeyStore:
      false
    case .createKey, .listKeys, .enableKey, .disableKey, .updateKeyDescription, .scheduleKeyDeletion,
      .cancelKeyDeletion, .createAlias, .updateAlias, .deleteAlias, .listAliases, .tagResource,
      .untagResource,
      .listResourceTags, .getKeyPolicy, .putKeyPolicy, .listKeyPolicies, .generateRandom, .getCallerIdentity,
      .getParametersForImport, .importKeyMaterial, .destroyKey, .readStatus, .advanceClock, .issueAccessKey,
      .renewEpoch:
      false
    }
  }
}

/// A set of actions as bits: policies name actions with wildcards once, when they are compiled.
package struct ActionSet: Hashable, Sendable {
  private var bits: UInt128 = 0

  package init() {}

  package init(_ actions: some Sequence<Action>) {
    for action in actions { insert(action) }
  }

  package static let all = ActionSet(Action.allCases)

  package mutating func insert(_ action: Action) { bits |= 1 << UInt128(action.rawValue) }
  package func contains(_ action: Action) -> Bool { bits >> UInt128(action.rawValue) & 1 == 1 }
  package var inverted: ActionSet {
    var result = self
    result.bits = ~bits
    return result
  }
}
