import KMSDomain
import KMSEngine
import KMSTestKit
import TestHouse

extension Trial {
  static let all = Action.allCases.flatMap(trials) + provisioning

  /// Those that somebody must be allowed: all but the one that everybody may do.
  static let guarded = all.filter { $0.rights != [.getCallerIdentity] }
  static let ofUsers = guarded.filter { !$0.isForSystem }
  static let ofSystem = guarded.filter(\.isForSystem)

  /// Each with each of its rights.
  static let rightsOfUsers = ofUsers.flatMap { trial in trial.rights.map { (trial, $0) } }

  /// Every operation by its action. A new action breaks this table until somebody says how it is tried; an action that is
  /// a right to several operations has them all.
  private static func trials(_ action: Action) -> [Trial] {
    switch action {
    case .createKey: [create]
    case .describeKey: [describe]
    case .listKeys: [listKeys]
    case .enableKey: [enable]
    case .disableKey: [disable]
    case .updateKeyDescription: [updateDescription]
    case .scheduleKeyDeletion: [scheduleDeletion]
    case .cancelKeyDeletion: [cancelDeletion]
    case .createAlias: [createAlias]
    case .updateAlias: [moveAliasAway, moveAliasHere]
    case .deleteAlias: [deleteAlias]
    case .listAliases: [listAliases, listAliasesOfKey]
    case .tagResource: [createTagged, tag]
    case .untagResource: [untag]
    case .listResourceTags: [listTags]
    case .getKeyPolicy: [getPolicy]
    case .putKeyPolicy: [putPolicy]
    case .listKeyPolicies: [listPolicies]
    case .getKeyRotationStatus: [rotationStatus]
    case .enableKeyRotation: [enableRotation]
    case .disableKeyRotation: [disableRotation]
    case .rotateKeyOnDemand: [rotateOnDemand]
    case .listKeyRotations: [listRotations]
    case .rotateKey: [rotate]
    case .moveObjectOn: [moveOn]
    case .removeFromDevice: [removeFromDevice, removeUnmade]
    case .renewObject: [renewObject]
    case .getParametersForImport: [importParameters]
    case .importKeyMaterial: [importMaterial]
    case .deleteImportedKeyMaterial: [deleteMaterial]
    case .expireKeyMaterial: [expireMaterial]
    case .createGrant: [createGrant]
    case .listGrants: [listGrants]
    case .listRetirableGrants: [listRetirableGrants]
    case .retireGrant: [retireGrant, retireGrantByToken]
    case .revokeGrant: [revokeGrant]
    case .getKeyLastUsage: [lastUsage]
    case .encrypt: [encrypt, useToEncrypt]
    case .decrypt: [decrypt, decryptNamed, decryptForRecipient, useToDecrypt]
    case .reEncryptFrom: [reEncryptFromKey]
    case .reEncryptTo: [reEncryptToKey]
    case .generateDataKey: [dataKey, dataKeyForRecipient]
    case .generateDataKeyWithoutPlaintext: [dataKeyWithoutPlaintext]
    case .generateDataKeyPair: [dataKeyPair, dataKeyPairForRecipient]
    case .generateDataKeyPairWithoutPlaintext: [dataKeyPairWithoutPlaintext]
    case .generateRandom: [random, randomForRecipient]
    case .sign: [sign, useToSign]
    case .verify: [verify, useToVerify]
    case .getPublicKey: [publicKey]
    case .generateMac: [mac, useToMac]
    case .verifyMac: [verifyMac, useToVerifyMac]
    case .deriveSharedSecret: [sharedSecret, sharedSecretForRecipient]
    case .replicateKey: [replicate, replicateTagged]
    case .updatePrimaryRegion: [updatePrimary]
    // `MaterialUseTests` says where they are left out.
    case .encapsulate: Kind.encapsulation.isInLibrary ? [encapsulate] : []
    case .decapsulate: Kind.encapsulation.isInLibrary ? [decapsulate] : []
    case .createCustomKeyStore: [createKeyStore]
    case .describeCustomKeyStores: [describeKeyStores]
    case .updateCustomKeyStore: [updateKeyStore]
    case .deleteCustomKeyStore: [deleteKeyStore]
    case .connectCustomKeyStore: [connectKeyStore]
    case .disconnectCustomKeyStore: [disconnectKeyStore]
    case .getCallerIdentity: [callerIdentity]
    case .destroyKey: [destroy]
    case .readStatus: [status]
    case .advanceClock: [advanceClock]
    case .issueAccessKey: [issueAccessKey]
    case .renewEpoch: [renewEpoch]
    case .readSeal: [readSeal]
    case .unseal: [unseal]
    case .replaceRoot: [stageRoot, rewrapForRoot, settleRoot, acceptSeal]
    case .createRecovery: [stageRecovery, rewrapForRecovery]
    case .rewrapMaterial: [rewrapMaterial]
    case .retireEpochs: [retireEpochs]
    case .readEpochs: [readEpochs]
    case .beginErasure: [beginErasure]
    case .addErasureSecret: [addErasureSecret]
    case .finishErasure: [finishErasure]
    case .getFederationToken: [getFederationToken]
    case .getAccessKeyInfo: [getAccessKeyInfo]
    case .createUser: [createUser, createTaggedUser]
    case .getUser: [getUser]
    case .listUsers: [listUsers]
    case .deleteUser: [deleteUser]
    case .tagUser: [tagUser]
    case .untagUser: [untagUser]
    case .listUserTags: [listUserTags]
    case .updateUser: [updateUser]
    case .putUserPolicy: [putUserPolicy]
    case .getUserPolicy: [getUserPolicy]
    case .deleteUserPolicy: [deleteUserPolicy]
    case .listUserPolicies: [listUserPolicies]
    case .attachUserPolicy: [attachUserPolicy]
    case .detachUserPolicy: [detachUserPolicy]
    case .listAttachedUserPolicies: [listAttachedUserPolicies]
    case .putUserPermissionsBoundary: [putUserPermissionsBoundary]
    case .deleteUserPermissionsBoundary: [deleteUserPermissionsBoundary]
    case .listGroupsForUser: [listGroupsForUser]
    case .createAccessKey: [createAccessKey]
    case .listAccessKeys: [listAccessKeys]
    case .updateAccessKey: [updateAccessKey]
    case .deleteAccessKey: [deleteAccessKey]
    case .getAccessKeyLastUsed: [getAccessKeyLastUsed]
    case .createGroup: [createGroup]
    case .getGroup: [getGroup]
    case .listGroups: [listGroups]
    case .updateGroup: [updateGroup]
    case .deleteGroup: [deleteGroup]
    case .addUserToGroup: [addUserToGroup]
    case .removeUserFromGroup: [removeUserFromGroup]
    case .putGroupPolicy: [putGroupPolicy]
    case .getGroupPolicy: [getGroupPolicy]
    case .deleteGroupPolicy: [deleteGroupPolicy]
    case .listGroupPolicies: [listGroupPolicies]
    case .attachGroupPolicy: [attachGroupPolicy]
    case .detachGroupPolicy: [detachGroupPolicy]
    case .listAttachedGroupPolicies: [listAttachedGroupPolicies]
    case .putRolePolicy: [putRolePolicy]
    case .getRolePolicy: [getRolePolicy]
    case .deleteRolePolicy: [deleteRolePolicy]
    case .listRolePolicies: [listRolePolicies]
    case .attachRolePolicy: [attachRolePolicy]
    case .detachRolePolicy: [detachRolePolicy]
    case .listAttachedRolePolicies: [listAttachedRolePolicies]
    case .putRolePermissionsBoundary: [putRolePermissionsBoundary]
    case .deleteRolePermissionsBoundary: [deleteRolePermissionsBoundary]
    case .listMFADevices: [listMFADevices]
    case .listVirtualMFADevices: [listVirtualMFADevices]
    case .listSSHPublicKeys: [listSSHPublicKeys]
    case .listServiceSpecificCredentials: [listServiceSpecificCredentials]
    case .listSigningCertificates: [listSigningCertificates]
    case .createAccount: [createAccount]
    case .listAccounts: [listAccounts]
    case .explainPolicy: [explainPolicy]
    case .simulateCustomPolicy: [simulateCustom]
    case .simulatePrincipalPolicy: [simulatePrincipal]
    // They never succeed: `OtherCredentialTests`.
    case .getLoginProfile, .deleteLoginProfile: []
    case .createRole: [createRole, createTaggedRole]
    case .getRole: [getRole]
    case .listRoles: [listRoles]
    case .updateRole: [updateRole]
    case .updateRoleDescription: [updateRoleDescription]
    case .deleteRole: [deleteRole]
    case .updateAssumeRolePolicy: [updateAssumeRolePolicy]
    case .tagRole: [tagRole]
    case .untagRole: [untagRole]
    case .listRoleTags: [listRoleTags]
    case .listInstanceProfilesForRole: [listInstanceProfilesForRole]
    case .createPolicy: [createPolicy]
    case .getPolicy: [getManagedPolicy, getBuiltInPolicy]
    case .listPolicies: [listManagedPolicies]
    case .deletePolicy: [deletePolicy]
    case .tagPolicy: [tagPolicy]
    case .untagPolicy: [untagPolicy]
    case .listPolicyTags: [listPolicyTags]
    case .createPolicyVersion: [createPolicyVersion]
    case .getPolicyVersion: [getPolicyVersion]
    case .listPolicyVersions: [listPolicyVersions]
    case .setDefaultPolicyVersion: [setDefaultPolicyVersion]
    case .deletePolicyVersion: [deletePolicyVersion]
    case .listEntitiesForPolicy: [listEntitiesForPolicy]
    case .createOpenIDConnectProvider: [createProvider]
    case .getOpenIDConnectProvider: [getProvider]
    case .listOpenIDConnectProviders: [listProviders]
    case .deleteOpenIDConnectProvider: [deleteProvider]
    case .addClientIDToOpenIDConnectProvider: [addClientID]
    case .removeClientIDFromOpenIDConnectProvider: [removeClientID]
    case .updateOpenIDConnectProviderThumbprint: [updateThumbprint]
    case .tagOpenIDConnectProvider: [tagProvider]
    case .untagOpenIDConnectProvider: [untagProvider]
    case .listOpenIDConnectProviderTags: [listProviderTags]
    case .getAccountSummary: [accountSummary]
    case .listAccountAliases: [accountAliases]
    case .getAccountAuthorizationDetails: [authorizationDetails]
    case .getContextKeysForCustomPolicy: [contextKeysOfPolicies]
    case .getContextKeysForPrincipalPolicy: [contextKeysOfPrincipal]
    // Nothing in the engine does these yet.
    // `SessionTests` tries them, and what has no operation of its own is asked for beside another.
    case .assumeRole, .assumeRoleWithWebIdentity, .tagSession, .setSourceIdentity, .getSessionToken,
      .decodeAuthorizationMessage:
      []
    case .seedKey: [seedKey, seedFamily]
    case .seedAccessKey: [seedAccessKey]
    case .addClientCertificate: [addClientCertificate, admitClient, admitLimitedClient]
    case .revokeClientCertificate: [revokeClientCertificate, revokeAllClientCertificates]
    case .listClientCertificates: [listClientCertificates]
    case .hash: [hash, hashInPieces]
    case .seedRandom: [seedRandom]
    case .callPKCS11: [callPKCS11]
    case .registerObject: [registerObject]
    case .importObject: [importObject, replaceObject]
    case .getObject: [getObject, readObject]
    case .exportObject: [exportObject]
    case .reKey: [reKey]
    case .reKeyPair: [reKeyPair]
    case .deriveObject: [deriveObject]
    case .wrapKey: [getWrapped, getStore]
    case .unwrapKey: [unwrapMaterial, openBundle]
    case .createSplitKey: [createSplitKey, splitFreshKey]
    case .joinSplitKey: [joinSplitKey]
    case .certify: [certify]
    case .reCertify: [reCertify]
    case .validateCertificates: [validateCertificates]
    case .getAttributes: [getAttributes, digest]
    case .checkObject: [checkObject]
    case .getAttributeList: [getAttributeList]
    case .addAttribute: [addAttribute]
    case .modifyAttribute: [modifyAttribute]
    case .deleteAttribute: [deleteAttribute]
    case .setAttribute: [setAttribute]
    case .adjustAttribute: [adjustAttribute]
    case .activateObject: [activateObject]
    case .revokeObject: [revokeObject]
    case .destroyObject: [destroyObject]
    case .archiveObject: [archiveObject]
    case .recoverObject: [recoverObject]
    case .obtainLease: [obtainLease]
    case .getUsageAllocation: [getUsageAllocation]
    case .writeLog: [writeLog]
    case .login: [login]
    case .delegateLogin: [delegateLogin]
    case .setDefaults: [setDefaults]
    case .setConstraints: [setConstraints]
    case .getConstraints: [getConstraints]
    case .locateObjects: [locateObjects]
    case .createVaultKey: [createVaultKey]
    case .importVaultKey: [importVaultKey]
    case .readVaultKey: [readVaultKey]
    case .listVaultKeys: [listVaultKeys]
    case .updateVaultKey: [updateVaultKey]
    case .deleteVaultKey: [deleteVaultKey]
    case .recoverVaultKey: [recoverVaultKey]
    case .purgeVaultKey: [purgeVaultKey]
    case .backUpVaultKey: [backUpVaultKey]
    case .restoreVaultKey: [restoreVaultKey]
    case .rotateVaultKey: [rotateVaultKey]
    case .readRotationPolicy: [readRotationPolicy]
    case .writeRotationPolicy: [writeRotationPolicy]
    case .releaseVaultKey: [releaseVaultKey]
    case .attestVaultKey: [attestVaultKey]
    case .adoptVaultKey: [adoptVaultKey, adoptByName]
    case .readSecret: [readSecret]
    case .listSecrets: [listSecrets]
    case .setSecret: [setSecret]
    case .updateSecret: [updateSecret]
    case .deleteSecret: [deleteSecret]
    case .recoverSecret: [recoverSecret]
    case .purgeSecret: [purgeSecret]
    case .backUpSecret: [backUpSecret]
    case .restoreSecret: [restoreSecret]
    case .createVault: [createVault]
    case .describeVault: [describeVault]
    case .listVaults: [listVaults]
    case .updateVault: [updateVault]
    case .deleteVault: [deleteVault]
    case .recoverVault: [recoverVault]
    case .readRoleDefinitions: [readRoleDefinitions]
    case .readRoleAssignments: [readRoleAssignments]
    case .readVaultSettings: [readVaultSettings]
    case .writeVaultSettings: [writeVaultSettings]
    case .readDeletedVaultKey: [readDeletedVaultKey]
    case .listDeletedVaultKeys: [listDeletedVaultKeys]
    case .backUpVault: [backUpVault]
    case .readVaultBackup: [readVaultBackup]
    case .restoreVault: [restoreVault]
    case .readVaultRestore: [readVaultRestore]
    case .writeRoleDefinition: [writeRoleDefinition]
    case .deleteRoleDefinition: [deleteRoleDefinition]
    case .writeRoleAssignment: [writeRoleAssignment]
    case .deleteRoleAssignment: [deleteRoleAssignment]
    case .createApplication: [createApplication]
    case .describeApplication: [describeApplication]
    case .listApplications: [listApplications]
    case .updateApplication: updateApplication
    case .deleteApplication: [deleteApplication]
    case .issueToken: [issueToken]
    case .renewTokenKey: [renewTokenKey]
    }
  }
}

// MARK: - Keys

extension Trial {
  static let create = Trial(.createKey) { _ in .create() }
  static let createTagged = Trial(.createKey, .tagResource, note: " with tags") { _ in
    .create(tags: [Tag(key: "a", value: "b")])
  }
  static let describe = Trial(.describeKey, stateOf: .describeKey) { DescribeKey($0.keyReference) }
  static let listKeys = Trial(.listKeys) { _ in ListKeys(keyring: Fixtures.keyring, marker: nil, limit: 10) }
  static let enable = Trial(.enableKey, in: .suspended, stateOf: .enableKey, event: .resume) {
    EnableKey($0.keyReference)
  }
  static let disable = Trial(.disableKey, stateOf: .disableKey, event: .suspend) {
    DisableKey($0.keyReference)
  }
  static let updateDescription = Trial(.updateKeyDescription, stateOf: .updateKeyDescription) {
    UpdateKeyDescription($0.keyReference, description: "new")
  }
  static let scheduleDeletion = Trial(
    .scheduleKeyDeletion, stateOf: .scheduleKeyDeletion, event: .scheduleDeletion
  ) { ScheduleKeyDeletion($0.keyReference, windowDays: 7) }
  static let cancelDeletion = Trial(
    .cancelKeyDeletion, in: .pendingDeletion, stateOf: .cancelKeyDeletion, event: .cancelDeletion
  ) { CancelKeyDeletion($0.keyReference) }
  static let rotationStatus = Trial(.getKeyRotationStatus, stateOf: .getKeyRotationStatus) {
    GetKeyRotationStatus($0.keyReference)
  }
}

extension Trial {
  static let lastUsage = Trial(.getKeyLastUsage, stateOf: .getKeyLastUsage) {
    GetKeyLastUsage($0.keyReference)
  }
}

// MARK: - Rotation

extension Trial {
  static let enableRotation = Trial(.enableKeyRotation, stateOf: .enableKeyRotation) {
    EnableKeyRotation($0.keyReference, periodDays: 90)
  }
  static let disableRotation = Trial(.disableKeyRotation, stateOf: .disableKeyRotation) {
    DisableKeyRotation($0.keyReference)
  }
  static let rotateOnDemand = Trial(.rotateKeyOnDemand, stateOf: .rotateKeyOnDemand) {
    RotateKeyOnDemand($0.keyReference)
  }
  static let listRotations = Trial(.listKeyRotations, stateOf: .listKeyRotations) {
    try ListKeyRotations($0.keyReference, includingAll: true, marker: nil, limit: 10)
  }
  /// Of a key with a schedule whose date has come.
  static let rotate = Trial(.rotateKey, stateOf: .rotateKey) { RotateKey($0.key.id) }
}

// MARK: - Several Regions

extension Trial {
  static let replicate = Trial(.replicateKey, .createKey, stateOf: .replicateKey) {
    .replicate($0.keyReference)
  }
  static let replicateTagged = Trial(
    .replicateKey, .createKey, .tagResource, stateOf: .replicateKey, note: " with tags"
  ) { .replicate($0.keyReference, tags: [Tag(key: "a", value: "b")]) }
  static let updatePrimary = Trial(.updatePrimaryRegion, stateOf: .updatePrimaryRegion) {
    UpdatePrimaryRegion($0.keyReference, region: World.west)
  }
}

// MARK: - Imports

extension Trial {
  static let importParameters = Trial(
    .getParametersForImport, stateOf: .getParametersForImport, about: .imported
  ) { GetParametersForImport(try $0.importedReference, by: .sm2PKE, under: .sm2) }
  static let importMaterial = Trial(.importKeyMaterial, stateOf: .importKeyMaterial, about: .imported) {
    ImportKeyMaterial(try $0.importedReference, try $0.parcel, .forever)
  }
  static let deleteMaterial = Trial(
    .deleteImportedKeyMaterial, stateOf: .deleteImportedKeyMaterial, about: .imported
  ) { DeleteImportedKeyMaterial(try $0.importedReference, material: nil) }
  /// Of a key whose material's time has come.
  static let expireMaterial = Trial(.expireKeyMaterial, stateOf: .expireKeyMaterial, about: .imported) {
    ExpireKeyMaterial(try $0.imported.id)
  }
}

// MARK: - Grants

extension Trial {
  static let createGrant = Trial(.createGrant, stateOf: .createGrant) {
    CreateGrant($0.keyReference, terms: World.terms, isDryRun: false)
  }
  static let listGrants = Trial(.listGrants, stateOf: .listGrants) {
    try ListGrants($0.keyReference, id: nil, grantee: nil, marker: nil, limit: 10)
  }
  static let listRetirableGrants = Trial(.listRetirableGrants) { _ in
    try ListRetirableGrants(
      retiredBy: Fixtures.principal("retirer"), of: Fixtures.account, in: Fixtures.keyring.region,
      marker: nil, limit: 10)
  }
  static let retireGrant = Trial(.retireGrant, stateOf: .retireGrant) {
    RetireGrant(.grant($0.grant.grant, of: $0.keyReference), isDryRun: false)
  }
  static let retireGrantByToken = Trial(.retireGrant, stateOf: .retireGrant, note: " by its token") {
    RetireGrant(.token($0.grant.token), isDryRun: false)
  }
  static let revokeGrant = Trial(.revokeGrant, stateOf: .revokeGrant) {
    RevokeGrant($0.grant.grant, of: $0.keyReference, isDryRun: false)
  }
}

// MARK: - Aliases

extension Trial {
  static let createAlias = Trial(.createAlias, stateOf: .createAlias) {
    CreateAlias(KeyName(.alias, "alias/new", in: Fixtures.keyring), target: $0.keyReference)
  }
  static let moveAliasAway = Trial(.updateAlias, note: " away from the key") {
    UpdateAlias(World.one, target: $0.otherReference)
  }
  static let moveAliasHere = Trial(.updateAlias, stateOf: .updateAlias, note: " to the key") {
    UpdateAlias(World.two, target: $0.keyReference)
  }
  static let deleteAlias = Trial(.deleteAlias, stateOf: .deleteAlias) { _ in DeleteAlias(World.one) }
  static let listAliases = Trial(.listAliases) { _ in
    ListAliases(keyring: Fixtures.keyring, target: nil, marker: nil, limit: 10)
  }
  static let listAliasesOfKey = Trial(.listAliases, note: " of the key") {
    ListAliases(keyring: Fixtures.keyring, target: $0.keyReference, marker: nil, limit: 10)
  }
}

// MARK: - Tags and policies

extension Trial {
  static let tag = Trial(.tagResource, stateOf: .tagResource) {
    TagKey($0.keyReference, tags: [Tag(key: "a", value: "b")])
  }
  static let untag = Trial(.untagResource, stateOf: .untagResource) {
    UntagKey($0.keyReference, names: ["team"])
  }
  static let listTags = Trial(.listResourceTags, stateOf: .listResourceTags) {
    ListKeyTags($0.keyReference, marker: nil, limit: 10)
  }
  static let getPolicy = Trial(.getKeyPolicy, stateOf: .getKeyPolicy) { GetKeyPolicy($0.keyReference) }
  static let putPolicy = Trial(.putKeyPolicy, stateOf: .putKeyPolicy) {
    PutKeyPolicy($0.keyReference, policy: Array("nobody".utf8), bypassesLockoutCheck: true)
  }
  static let listPolicies = Trial(.listKeyPolicies, stateOf: .listKeyPolicies) {
    ListKeyPolicies($0.keyReference)
  }
}

// MARK: - Cryptography

extension Trial {
  static let encrypt = Trial(.encrypt, stateOf: .encrypt) { .encrypt($0.keyReference) }
  static let decrypt = Trial(.decrypt, stateOf: .decrypt) { try .decrypt($0.ciphertext) }
  static let decryptNamed = Trial(.decrypt, stateOf: .decrypt, note: " with the key named") {
    try .decrypt($0.ciphertext, key: $0.keyReference)
  }
  static let reEncryptFromKey = Trial(
    .reEncryptFrom, .reEncryptTo, stateOf: .reEncryptFrom, note: " from the key"
  ) { try .reEncrypt($0.ciphertext, to: $0.otherReference) }
  static let reEncryptToKey = Trial(.reEncryptFrom, .reEncryptTo, stateOf: .reEncryptTo, note: " to the key")
  {
    try .reEncrypt($0.otherCiphertext, source: $0.otherReference, to: $0.keyReference)
  }
  static let dataKey = Trial(.generateDataKey, stateOf: .generateDataKey) { .dataKey($0.keyReference) }
  static let dataKeyWithoutPlaintext = Trial(
    .generateDataKeyWithoutPlaintext, stateOf: .generateDataKeyWithoutPlaintext, note: " without plaintext"
  ) { .dataKey($0.keyReference, withPlaintext: false) }
  static let random = Trial(.generateRandom) { _ in GenerateRandom(account: Fixtures.account, count: 16) }
}

// MARK: - Signatures, codes and shared secrets

extension Trial {
  static let sign = Trial(.sign, on: .signing, stateOf: .sign) { .sign($0.keyReference) }
  static let verify = Trial(.verify, on: .signing, stateOf: .verify, note: " with the key named") {
    .verify($0.proof, $0.keyReference)
  }
  static let publicKey = Trial(
    .getPublicKey, on: .signing, stateOf: .getPublicKey, note: " with the key named"
  ) { GetPublicKey($0.keyReference) }
  static let mac = Trial(.generateMac, on: .mac, stateOf: .generateMac) { .mac($0.keyReference) }
  static let verifyMac = Trial(.verifyMac, on: .mac, stateOf: .verifyMac, note: " with the key named") {
    VerifyMac(
      $0.keyReference, code: $0.proof, message: .of(World.plaintext), by: .hmacSHA256, isDryRun: false)
  }
  static let sharedSecret = Trial(.deriveSharedSecret, on: .agreement, stateOf: .deriveSharedSecret) {
    DeriveSharedSecret($0.keyReference, with: $0.other.versions.last?.publicKey ?? [], isDryRun: false)
  }
  static let encapsulate = Trial(.encapsulate, on: .encapsulation, stateOf: .encapsulate) {
    Encapsulate($0.keyReference, isDryRun: false)
  }
  static let decapsulate = Trial(
    .decapsulate, on: .encapsulation, stateOf: .decapsulate, note: " with the key named"
  ) { Decapsulate($0.keyReference, ciphertext: $0.proof, isDryRun: false) }
}

extension Trial {
  static let dataKeyPair = Trial(.generateDataKeyPair, stateOf: .generateDataKeyPair) {
    .dataKeyPair($0.keyReference)
  }
  static let dataKeyPairWithoutPlaintext = Trial(
    .generateDataKeyPairWithoutPlaintext, stateOf: .generateDataKeyPairWithoutPlaintext,
    note: " without plaintext"
  ) { .dataKeyPair($0.keyReference, withPlaintext: false) }
}

// MARK: - For recipients

extension Trial {
  static let decryptForRecipient = Trial(.decrypt, stateOf: .decrypt) {
    ForRecipient(try Decrypt.decrypt($0.ciphertext), document: TestAttestation.enclave)
  }
  static let dataKeyForRecipient = Trial(.generateDataKey, stateOf: .generateDataKey) {
    ForRecipient(GenerateDataKey.dataKey($0.keyReference), document: TestAttestation.enclave)
  }
  static let dataKeyPairForRecipient = Trial(.generateDataKeyPair, stateOf: .generateDataKeyPair) {
    ForRecipient(GenerateDataKeyPair.dataKeyPair($0.keyReference), document: TestAttestation.enclave)
  }
  static let randomForRecipient = Trial(.generateRandom) { _ in
    ForRecipient(GenerateRandom(account: Fixtures.account, count: 16), document: TestAttestation.enclave)
  }
  static let sharedSecretForRecipient = Trial(
    .deriveSharedSecret, on: .agreement, stateOf: .deriveSharedSecret
  ) {
    ForRecipient(
      DeriveSharedSecret($0.keyReference, with: $0.other.versions.last?.publicKey ?? [], isDryRun: false),
      document: TestAttestation.enclave)
  }
}

// MARK: - The server

extension Trial {
  static let callerIdentity = Trial(.getCallerIdentity) { _ in GetCallerIdentity(account: Fixtures.account) }
  static let destroy = Trial(.destroyKey, in: .pendingDeletion, stateOf: .destroyKey, event: .destroy) {
    DestroyKey($0.key.id)
  }
  static let status = Trial(.readStatus) { _ in ReadStatus() }
  static let advanceClock = Trial(.advanceClock) { AdvanceClock($0.house.clock, seconds: 60) }
  static let issueAccessKey = Trial(.issueAccessKey) {
    IssueAccessKey("AKIANEW", secret: .of(World.plaintext), for: World.user, vault: $0.house.custody)
  }
  static let renewEpoch = Trial(.renewEpoch) { RenewEpoch($0.house.custody) }
  static let readSeal = Trial(.readSeal) { _ in ReadSeal(QuietKeeper()) }
  static let unseal = Trial(.unseal) { _ in Unseal("shamir") }
  static let stageRoot = Trial(.replaceRoot) { _ in ChangeRoots(.root, .stage, QuietKeeper()) }
  static let rewrapForRoot = Trial(.replaceRoot) { _ in ChangeRoots(.root, .rewrap, QuietKeeper()) }
  static let settleRoot = Trial(.replaceRoot) { _ in ChangeRoots(.root, .settle, QuietKeeper()) }
  static let acceptSeal = Trial(.replaceRoot) { _ in
    ChangeRoots(.root, .accept, QuietKeeper(), accepted: "1/2")
  }
  static let stageRecovery = Trial(.createRecovery) { _ in ChangeRoots(.recovery, .stage, QuietKeeper()) }
  static let rewrapForRecovery = Trial(.createRecovery) { _ in
    ChangeRoots(.recovery, .rewrap, QuietKeeper())
  }
  static let rewrapMaterial = Trial(.rewrapMaterial) {
    RewrapMaterial($0.house.custody, of: EpochID(1), .keys, after: [])
  }
  static let removeFromDevice = Trial(.removeFromDevice) {
    RemoveFromDevice($0.key.id, from: $0.house.custody)
  }
  static let removeUnmade = Trial(.removeFromDevice) { world in
    var record = world.key
    record.versions[0].material = WrappedKey(epoch: EpochID(1), bytes: [WrappedKey.formatOfReferences])
    let unmade = UnmadeMaterial()
    unmade.note(.createKey(world.engine.desk.seal(record)))
    return RemoveUnmade(unmade.all[0], from: EmptyDevice())
  }
  static let retireEpochs = Trial(.retireEpochs) { RetireEpochs($0.house.custody) }
  static let beginErasure = Trial(.beginErasure) { BeginErasure($0.house.custody) }
  static let addErasureSecret = Trial(.addErasureSecret) { AddErasureSecret($0.house.custody) }
  static let finishErasure = Trial(.finishErasure) { FinishErasure($0.house.custody) }
  static let readEpochs = Trial(.readEpochs) { _ in ReadEpochs() }
}

/// A device on which nothing is.
private struct EmptyDevice: DeviceCustody {
  let hasDevice = true

  func requireDevice() throws(KMSError) {}

  func remove(
    _ material: WrappedKey, as identity: VersionIdentity, permit: borrowing Permit
  ) throws(KMSError) {
    try permit.check(.removeFromDevice, key: identity.key, version: identity.version)
  }
}
