package import KMSDomain

// Against which quota a call counts. It shows before anything is loaded: for cryptography by the algorithm that the caller
// names, and a caller who names one that isn't for the key's kind gets nothing for it but an error.

extension RequestFamily {
  /// nil: the server's own, which nobody is kept from. Where an algorithm decides, the operation says so itself.
  package init?(_ action: Action) {
    switch action {
    case .encrypt, .decrypt, .reEncryptFrom, .reEncryptTo, .generateDataKey,
      .generateDataKeyWithoutPlaintext, .generateRandom, .generateMac, .verifyMac:
      self = .symmetric
    case .sign, .verify, .deriveSharedSecret: self = .curves
    case .encapsulate, .decapsulate: self = .mlKEM
    case .generateDataKeyPair, .generateDataKeyPairWithoutPlaintext: self = .pairRSA4096
    case .createKey: self = .createKey
    case .describeKey: self = .describeKey
    case .listKeys: self = .listKeys
    case .enableKey: self = .enableKey
    case .disableKey: self = .disableKey
    case .updateKeyDescription: self = .updateKeyDescription
    case .scheduleKeyDeletion: self = .scheduleKeyDeletion
    case .cancelKeyDeletion: self = .cancelKeyDeletion
    case .createAlias: self = .createAlias
    case .updateAlias: self = .updateAlias
    case .deleteAlias: self = .deleteAlias
    case .listAliases: self = .listAliases
    case .tagResource: self = .tagResource
    case .untagResource: self = .untagResource
    case .listResourceTags: self = .listResourceTags
    case .getKeyPolicy: self = .getKeyPolicy
    case .putKeyPolicy: self = .putKeyPolicy
    case .listKeyPolicies: self = .listKeyPolicies
    case .getKeyRotationStatus: self = .getKeyRotationStatus
    case .enableKeyRotation: self = .enableKeyRotation
    case .disableKeyRotation: self = .disableKeyRotation
    case .rotateKeyOnDemand: self = .rotateKeyOnDemand
    case .listKeyRotations: self = .listKeyRotations
    case .getPublicKey: self = .getPublicKey
    case .getKeyLastUsage: self = .getKeyLastUsage
    case .getParametersForImport: self = .getParametersForImport
    case .importKeyMaterial: self = .importKeyMaterial
    case .deleteImportedKeyMaterial: self = .deleteImportedKeyMaterial
    case .createGrant: self = .createGrant
    case .listGrants: self = .listGrants
    case .listRetirableGrants: self = .listRetirableGrants
    case .retireGrant: self = .retireGrant
    case .revokeGrant: self = .revokeGrant
    case .replicateKey: self = .replicateKey
    case .updatePrimaryRegion: self = .updatePrimaryRegion
    case .createCustomKeyStore: self = .createCustomKeyStore
    case .describeCustomKeyStores: self = .describeCustomKeyStores
    case .updateCustomKeyStore: self = .updateCustomKeyStore
    case .deleteCustomKeyStore: self = .deleteCustomKeyStore
    case .connectCustomKeyStore: self = .connectCustomKeyStore
    case .disconnectCustomKeyStore: self = .disconnectCustomKeyStore
    case .getCallerIdentity, .assumeRole, .assumeRoleWithWebIdentity, .tagSession, .setSourceIdentity,
      .getSessionToken, .getFederationToken, .decodeAuthorizationMessage, .getAccessKeyInfo:
      self = .tokens
    case .createUser, .getUser, .listUsers, .updateUser, .deleteUser, .tagUser, .untagUser, .listUserTags,
      .putUserPolicy, .getUserPolicy, .deleteUserPolicy, .listUserPolicies, .attachUserPolicy,
      .detachUserPolicy, .listAttachedUserPolicies, .putUserPermissionsBoundary,
      .deleteUserPermissionsBoundary, .listGroupsForUser, .createAccessKey, .listAccessKeys,
      .updateAccessKey, .deleteAccessKey, .getAccessKeyLastUsed, .createGroup, .getGroup, .listGroups,
      .updateGroup, .deleteGroup, .addUserToGroup, .removeUserFromGroup, .putGroupPolicy, .getGroupPolicy,
      .deleteGroupPolicy, .listGroupPolicies, .attachGroupPolicy, .detachGroupPolicy,
      .listAttachedGroupPolicies, .createRole, .getRole, .listRoles, .updateRole, .updateRoleDescription,
      .deleteRole, .updateAssumeRolePolicy, .tagRole, .untagRole, .listRoleTags, .putRolePolicy,
      .getRolePolicy, .deleteRolePolicy, .listRolePolicies, .attachRolePolicy, .detachRolePolicy,
      .listAttachedRolePolicies, .putRolePermissionsBoundary, .deleteRolePermissionsBoundary,
      .listInstanceProfilesForRole, .createPolicy, .getPolicy, .listPolicies, .deletePolicy, .tagPolicy,
      .untagPolicy, .listPolicyTags, .createPolicyVersion, .getPolicyVersion, .listPolicyVersions,
      .setDefaultPolicyVersion, .deletePolicyVersion, .listEntitiesForPolicy, .createOpenIDConnectProvider,
      .getOpenIDConnectProvider, .listOpenIDConnectProviders, .deleteOpenIDConnectProvider,
      .addClientIDToOpenIDConnectProvider, .removeClientIDFromOpenIDConnectProvider,
      .updateOpenIDConnectProviderThumbprint, .tagOpenIDConnectProvider, .untagOpenIDConnectProvider,
      .listOpenIDConnectProviderTags, .getLoginProfile, .deleteLoginProfile, .listMFADevices,
      .listVirtualMFADevices,
      .listSSHPublicKeys, .listServiceSpecificCredentials, .listSigningCertificates, .getAccountSummary,
      .listAccountAliases, .getAccountAuthorizationDetails, .simulatePrincipalPolicy, .simulateCustomPolicy,
      .getContextKeysForCustomPolicy, .getContextKeysForPrincipalPolicy:
      self = .identities
    case .addClientCertificate, .revokeClientCertificate, .listClientCertificates:
      self = .identities
    case .registerObject, .importObject, .getObject, .exportObject, .locateObjects, .checkObject,
      .getAttributes, .getAttributeList, .addAttribute, .modifyAttribute, .deleteAttribute, .setAttribute,
      .adjustAttribute, .activateObject, .revokeObject, .destroyObject, .archiveObject, .recoverObject,
      .obtainLease, .getUsageAllocation, .reKey, .reKeyPair, .deriveObject, .wrapKey, .unwrapKey,
      .createSplitKey, .joinSplitKey, .certify, .reCertify, .validateCertificates, .hash, .seedRandom,
      .writeLog, .login, .delegateLogin, .setDefaults, .setConstraints, .getConstraints, .callPKCS11:
      self = .objects
    case .createVaultKey, .importVaultKey, .readVaultKey, .listVaultKeys, .updateVaultKey, .deleteVaultKey,
      .recoverVaultKey, .purgeVaultKey, .backUpVaultKey, .restoreVaultKey, .rotateVaultKey,
      .readRotationPolicy, .writeRotationPolicy, .releaseVaultKey, .attestVaultKey, .adoptVaultKey,
      .readSecret, .listSecrets, .setSecret, .updateSecret, .deleteSecret, .recoverSecret, .purgeSecret,
      .backUpSecret, .restoreSecret, .readRoleDefinitions, .writeRoleDefinition, .deleteRoleDefinition,
      .readRoleAssignments, .writeRoleAssignment, .deleteRoleAssignment, .readVaultSettings,
      .writeVaultSettings, .readDeletedVaultKey, .listDeletedVaultKeys, .backUpVault, .readVaultBackup,
      .restoreVault, .readVaultRestore:
      self = .objects
    case .createVault, .describeVault, .listVaults, .updateVault, .deleteVault, .recoverVault,
      .createApplication, .describeApplication, .listApplications, .updateApplication, .deleteApplication:
      self = .identities
    case .readSeal, .unseal, .replaceRoot, .createRecovery: return nil
    case .moveObjectOn, .renewObject, .removeFromDevice, .issueToken, .renewTokenKey: return nil
    case .rewrapMaterial, .retireEpochs, .readEpochs, .beginErasure,
      .addErasureSecret, .finishErasure:
      return nil
    case .destroyKey, .rotateKey, .readStatus, .advanceClock, .issueAccessKey, .renewEpoch,
      .expireKeyMaterial, .createAccount, .listAccounts, .explainPolicy, .seedKey,
      .seedAccessKey:
      return nil
    }
  }

  /// Of work with a key, by the algorithm.
  init(_ algorithm: KeyAlgorithm) {
    switch algorithm {
    case .symmetric, .mac: self = .symmetric
    case .encryption(let algorithm): self = RequestFamily(algorithm)
    case .signing(let algorithm): self = RequestFamily(algorithm)
    case .ecdh: self = .curves
    case .mlKEM: self = .mlKEM
    }
  }

  private init(_ algorithm: EncryptionAlgorithm) {
    switch algorithm {
    case .rsaOAEPSHA1, .rsaOAEPSHA256: self = .rsa
    case .sm2PKE: self = .curves
    }
  }

  private init(_ algorithm: SigningAlgorithm) {
    switch algorithm {
    case .rsaPSSSHA256, .rsaPSSSHA384, .rsaPSSSHA512, .rsaPKCS1SHA256, .rsaPKCS1SHA384, .rsaPKCS1SHA512:
      self = .rsa
    case .ecdsaSHA256, .ecdsaSHA384, .ecdsaSHA512, .ed25519, .ed25519ph, .sm2DSA: self = .curves
    case .mlDSA: self = .mlDSA
    }
  }

  /// Of making a key pair for the caller.
  init(pairOf spec: KeySpec) {
    switch spec {
    case .p256: self = .pairP256
    case .p384: self = .pairP384
    case .p521: self = .pairP521
    case .secp256k1: self = .pairSecp256k1
    case .ed25519: self = .pairEd25519
    case .sm2: self = .pairSM2
    case .rsa2048: self = .pairRSA2048
    case .rsa3072: self = .pairRSA3072
    case .rsa4096: self = .pairRSA4096
    case .mlDSA44, .mlDSA65, .mlDSA87, .mlKEM512, .mlKEM768, .mlKEM1024: self = .pairPostQuantum
    // No pairs: the door lets nobody ask.
    case .aes256, .hmac224, .hmac256, .hmac384, .hmac512: self = .symmetric
    case .aes128, .aes192, .tripleDES112, .tripleDES168, .chaCha20, .blowfish, .hmacSHA1, .hmacSHA224,
      .hmacSHA256, .hmacSHA384, .hmacSHA512, .bytes:
      self = .symmetric
    // Nor for these pairs.
    case .rsa1024, .rsa1536, .rsa8192, .p192, .p224, .x25519, .x448, .ed448, .dsa, .dh: self = .pairRSA4096
    }
  }
}

extension Operation {
  package var family: RequestFamily? { RequestFamily(asked.action) }
}

extension MaterialUse {
  package var family: RequestFamily? { RequestFamily(algorithm) }
}

extension Encrypt {
  package var family: RequestFamily? { RequestFamily(algorithm.keyAlgorithm) }
}

extension Decrypt {
  package var family: RequestFamily? { RequestFamily(source.algorithm.keyAlgorithm) }
}

extension ReEncrypt {
  /// That of the key pair, where one of the keys is one: it is the scarcer.
  package var family: RequestFamily? {
    RequestFamily((algorithm ?? source.algorithm).keyAlgorithm)
  }
}

extension GenerateDataKey {
  package var family: RequestFamily? { .symmetric }
}

extension GenerateDataKeyPair {
  package var family: RequestFamily? { RequestFamily(pairOf: spec) }
}

extension ForRecipient {
  package var family: RequestFamily? { base.family }
}
