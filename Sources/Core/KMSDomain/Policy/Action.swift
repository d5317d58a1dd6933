/// What a caller may be allowed to do. Every operation has its own, so that a right for one is never a right for two.
///
/// Raw values are positions in `ActionSet`, not stored.
package enum Action: UInt16, CaseIterable, Sendable {
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
  /// Asking what seals the root, and how far a change of it is.
  case readSeal
  /// Opening the seal of a server that can't do so by itself.
  case unseal
  /// Putting another root in the place of the present one, under the same seal or another.
  case replaceRoot
  /// Making new recovery shares; those from before open nothing any more.
  case createRecovery
  /// The background job that wraps again, under the newest epoch, what older ones wrapped.
  case rewrapMaterial
  /// The background job that removes epochs under which nothing is wrapped any more.
  case retireEpochs
  /// Reading over the admin socket how much is wrapped under which epoch.
  case readEpochs
  /// Beginning an erasure, which makes destroyed what was destroyed, wherever copies of it are.
  case beginErasure
  /// The background job that makes the new secret of an erasure.
  case addErasureSecret
  /// The background job that destroys the old secret of an erasure.
  case finishErasure
  /// The background job that removes from a device the material of destroyed keys.
  case removeFromDevice
  /// The background job that takes away imported material whose time has come.
  case expireKeyMaterial
  // Identities: who there is, and what they carry.
  case createUser
  case getUser
  case listUsers
  case updateUser
  case deleteUser
  case tagUser
  case untagUser
  case listUserTags
  case putUserPolicy
  case getUserPolicy
  case deleteUserPolicy
  case listUserPolicies
  case attachUserPolicy
  case detachUserPolicy
  case listAttachedUserPolicies
  case putUserPermissionsBoundary
  case deleteUserPermissionsBoundary
  case listGroupsForUser
  case createAccessKey
  case listAccessKeys
  case updateAccessKey
  case deleteAccessKey
  case getAccessKeyLastUsed
  case createGroup
  case getGroup
  case listGroups
  case updateGroup
  case deleteGroup
  case addUserToGroup
  case removeUserFromGroup
  case putGroupPolicy
  case getGroupPolicy
  case deleteGroupPolicy
  case listGroupPolicies
  case attachGroupPolicy
  case detachGroupPolicy
  case listAttachedGroupPolicies
  case createRole
  case getRole
  case listRoles
  case updateRole
  case updateRoleDescription
  case deleteRole
  case updateAssumeRolePolicy
  case tagRole
  case untagRole
  case listRoleTags
  case putRolePolicy
  case getRolePolicy
  case deleteRolePolicy
  case listRolePolicies
  case attachRolePolicy
  case detachRolePolicy
  case listAttachedRolePolicies
  case putRolePermissionsBoundary
  case deleteRolePermissionsBoundary
  case listInstanceProfilesForRole
  case createPolicy
  case getPolicy
  case listPolicies
  case deletePolicy
  case tagPolicy
  case untagPolicy
  case listPolicyTags
  case createPolicyVersion
  case getPolicyVersion
  case listPolicyVersions
  case setDefaultPolicyVersion
  case deletePolicyVersion
  case listEntitiesForPolicy
  case createOpenIDConnectProvider
  case getOpenIDConnectProvider
  case listOpenIDConnectProviders
  case deleteOpenIDConnectProvider
  case addClientIDToOpenIDConnectProvider
  case removeClientIDFromOpenIDConnectProvider
  case updateOpenIDConnectProviderThumbprint
  case tagOpenIDConnectProvider
  case untagOpenIDConnectProvider
  case listOpenIDConnectProviderTags
  case getLoginProfile
  case deleteLoginProfile
  case listMFADevices
  case listVirtualMFADevices
  case listSSHPublicKeys
  case listServiceSpecificCredentials
  case listSigningCertificates
  case getAccountSummary
  case listAccountAliases
  case getAccountAuthorizationDetails
  case simulatePrincipalPolicy
  case simulateCustomPolicy
  case getContextKeysForCustomPolicy
  case getContextKeysForPrincipalPolicy
  // Sessions: acting as somebody for a while.
  case assumeRole
  case assumeRoleWithWebIdentity
  case tagSession
  case setSourceIdentity
  case getSessionToken
  case getFederationToken
  case decodeAuthorizationMessage
  case getAccessKeyInfo
  /// Setting up a further account of the server.
  case createAccount
  case listAccounts
  /// Asking why somebody may or may not.
  case explainPolicy
  /// Making a key of a development server's seed.
  case seedKey
  /// Making an access key of a development server's seed.
  case seedAccessKey
  /// Writing down what an object's dates have done.
  case moveObjectOn
  /// The background job that puts another object in an object's place.
  case renewObject
  // Managed objects: what KMIP has beside the uses of a key above.
  case registerObject
  case importObject
  case getObject
  case exportObject
  case locateObjects
  case checkObject
  case getAttributes
  case getAttributeList
  case addAttribute
  case modifyAttribute
  case deleteAttribute
  case setAttribute
  case adjustAttribute
  case activateObject
  case revokeObject
  case destroyObject
  case archiveObject
  case recoverObject
  case obtainLease
  case getUsageAllocation
  case reKey
  case reKeyPair
  case deriveObject
  case wrapKey
  case unwrapKey
  case createSplitKey
  case joinSplitKey
  case certify
  case reCertify
  case validateCertificates
  case hash
  case seedRandom
  case writeLog
  case login
  case delegateLogin
  case setDefaults
  case setConstraints
  case getConstraints
  case callPKCS11
  // Certificates by which clients are known.
  case addClientCertificate
  case revokeClientCertificate
  case listClientCertificates
  // Vaults: what Azure's protocol has beside the uses of a key above.
  case createVaultKey
  case importVaultKey
  case readVaultKey
  case listVaultKeys
  case updateVaultKey
  case deleteVaultKey
  case recoverVaultKey
  case purgeVaultKey
  case backUpVaultKey
  case restoreVaultKey
  case rotateVaultKey
  case readRotationPolicy
  case writeRotationPolicy
  case releaseVaultKey
  case attestVaultKey
  case adoptVaultKey
  case readDeletedVaultKey
  case listDeletedVaultKeys
  case readSecret
  case listSecrets
  case setSecret
  case updateSecret
  case deleteSecret
  case recoverSecret
  case purgeSecret
  case backUpSecret
  case restoreSecret
  case readRoleDefinitions
  case writeRoleDefinition
  case deleteRoleDefinition
  case readRoleAssignments
  case writeRoleAssignment
  case deleteRoleAssignment
  case readVaultSettings
  case writeVaultSettings
  case backUpVault
  case readVaultBackup
  case restoreVault
  case readVaultRestore
  // Vaults themselves, and the applications that come to them.
  case createVault
  case describeVault
  case listVaults
  case updateVault
  case deleteVault
  case recoverVault
  case createApplication
  case describeApplication
  case listApplications
  case updateApplication
  case deleteApplication
  /// Letting an application in that has shown who it is.
  case issueToken
  /// The background job that makes the next key by which tokens are signed.
  case renewTokenKey
}

/// A set of actions as bits: policies name actions with wildcards once, when they are compiled.
package struct ActionSet: Hashable, Sendable {
  private var low: UInt128 = 0
  private var middle: UInt128 = 0
  private var high: UInt128 = 0

  package init() {}

  package init(_ actions: some Sequence<Action>) {
    for action in actions { insert(action) }
  }

  package static let all = ActionSet(Action.allCases)

  package mutating func insert(_ action: Action) {
    let place = UInt128(action.rawValue)
    switch place >> 7 {
    case 0: low |= 1 << place
    case 1: middle |= 1 << (place & 127)
    default: high |= 1 << (place & 127)
    }
  }

  package func contains(_ action: Action) -> Bool {
    let place = UInt128(action.rawValue)
    switch place >> 7 {
    case 0: return low >> place & 1 == 1
    case 1: return middle >> (place & 127) & 1 == 1
    default: return high >> (place & 127) & 1 == 1
    }
  }

  package var inverted: ActionSet {
    var result = self
    result.low = ~low
    result.middle = ~middle
    result.high = ~high
    return result
  }
}
