/// The last successful use of a key: a hint for whoever wonders whether it is still needed, no proof. It may lag behind, and
/// what wasn't stored yet is lost when the process is killed; the audit log has every use.
package struct KeyUse: Hashable, Sendable {
  /// Raw values are stored.
  package enum Kind: UInt8, CaseIterable, Sendable {
    case encrypt = 1
    case decrypt = 2
    /// As source or as destination.
    case reEncrypt = 3
    case generateDataKey = 4
    case generateDataKeyWithoutPlaintext = 5
    case generateDataKeyPair = 6
    case generateDataKeyPairWithoutPlaintext = 7
    case sign = 8
    case verify = 9
    case generateMac = 10
    case verifyMac = 11
    case deriveSharedSecret = 12
    case encapsulate = 13
    case decapsulate = 14
  }

  package let key: KeyID
  package let kind: Kind
  package let time: Instant
  /// The request, by which the audit log has more.
  package let request: RequestID

  package init(key: KeyID, kind: Kind, time: Instant, request: RequestID) {
    self.key = key
    self.kind = kind
    self.time = time
    self.request = request
  }
}

extension Action {
  /// What it is as a use of a key; nil for what only looks at a key or changes it.
  package var use: KeyUse.Kind? {
    switch self {
    case .encrypt: .encrypt
    case .decrypt: .decrypt
    case .reEncryptFrom, .reEncryptTo: .reEncrypt
    case .generateDataKey: .generateDataKey
    case .generateDataKeyWithoutPlaintext: .generateDataKeyWithoutPlaintext
    case .generateDataKeyPair: .generateDataKeyPair
    case .generateDataKeyPairWithoutPlaintext: .generateDataKeyPairWithoutPlaintext
    case .sign: .sign
    case .verify: .verify
    case .generateMac: .generateMac
    case .verifyMac: .verifyMac
    case .deriveSharedSecret: .deriveSharedSecret
    case .encapsulate: .encapsulate
    case .decapsulate: .decapsulate
    case .getPublicKey, .getParametersForImport, .importKeyMaterial: nil
    case .createVaultKey, .importVaultKey, .readVaultKey, .listVaultKeys, .updateVaultKey, .deleteVaultKey,
      .recoverVaultKey, .purgeVaultKey, .backUpVaultKey, .restoreVaultKey, .rotateVaultKey,
      .readRotationPolicy, .writeRotationPolicy, .releaseVaultKey, .attestVaultKey, .adoptVaultKey,
      .readSecret, .listSecrets, .setSecret, .updateSecret, .deleteSecret, .recoverSecret, .purgeSecret,
      .backUpSecret, .restoreSecret, .readRoleDefinitions, .writeRoleDefinition, .deleteRoleDefinition,
      .readRoleAssignments, .writeRoleAssignment, .deleteRoleAssignment, .readVaultSettings,
      .writeVaultSettings, .readDeletedVaultKey, .listDeletedVaultKeys, .backUpVault, .readVaultBackup,
      .restoreVault, .readVaultRestore, .createVault, .describeVault, .listVaults, .updateVault, .deleteVault,
      .recoverVault, .createApplication, .describeApplication, .listApplications,
      .updateApplication, .deleteApplication, .issueToken, .renewTokenKey:
      nil
    case .createKey, .describeKey, .listKeys, .enableKey, .disableKey, .updateKeyDescription,
      .scheduleKeyDeletion, .cancelKeyDeletion, .createAlias, .updateAlias, .deleteAlias, .listAliases,
      .tagResource, .untagResource, .listResourceTags, .getKeyPolicy, .putKeyPolicy, .listKeyPolicies,
      .getKeyRotationStatus, .generateRandom, .getCallerIdentity, .destroyKey, .readStatus, .advanceClock,
      .issueAccessKey, .renewEpoch:
      nil
    case .readSeal, .unseal, .replaceRoot, .createRecovery: nil
    case .rewrapMaterial, .retireEpochs, .readEpochs, .beginErasure,
      .addErasureSecret, .finishErasure:
      nil
    case .seedKey, .seedAccessKey, .moveObjectOn, .renewObject, .removeFromDevice: nil
    case .registerObject, .importObject, .getObject, .exportObject, .locateObjects, .checkObject,
      .getAttributes, .getAttributeList, .addAttribute, .modifyAttribute, .deleteAttribute, .setAttribute,
      .adjustAttribute, .activateObject, .revokeObject, .destroyObject, .archiveObject, .recoverObject,
      .obtainLease, .getUsageAllocation, .reKey, .reKeyPair, .deriveObject, .wrapKey, .unwrapKey,
      .createSplitKey, .joinSplitKey, .certify, .reCertify, .validateCertificates, .hash, .seedRandom,
      .writeLog, .login, .delegateLogin, .setDefaults, .setConstraints, .getConstraints, .callPKCS11,
      .addClientCertificate, .revokeClientCertificate, .listClientCertificates:
      nil
    case .enableKeyRotation, .disableKeyRotation, .rotateKeyOnDemand, .listKeyRotations, .rotateKey: nil
    case .createGrant, .listGrants, .listRetirableGrants, .retireGrant, .revokeGrant, .getKeyLastUsage: nil
    case .deleteImportedKeyMaterial, .expireKeyMaterial, .replicateKey, .updatePrimaryRegion: nil
    case .createCustomKeyStore, .describeCustomKeyStores, .updateCustomKeyStore, .deleteCustomKeyStore,
      .connectCustomKeyStore, .disconnectCustomKeyStore:
      nil
    case .createUser, .getUser, .listUsers, .updateUser, .deleteUser, .tagUser, .untagUser, .listUserTags,
      .putUserPolicy, .getUserPolicy, .deleteUserPolicy, .listUserPolicies, .attachUserPolicy,
      .detachUserPolicy, .listAttachedUserPolicies, .putUserPermissionsBoundary,
      .deleteUserPermissionsBoundary, .listGroupsForUser, .createAccessKey, .listAccessKeys, .updateAccessKey,
      .deleteAccessKey, .getAccessKeyLastUsed, .createGroup, .getGroup, .listGroups, .updateGroup,
      .deleteGroup, .addUserToGroup, .removeUserFromGroup, .putGroupPolicy, .getGroupPolicy,
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
      .getContextKeysForCustomPolicy, .getContextKeysForPrincipalPolicy, .assumeRole,
      .assumeRoleWithWebIdentity, .tagSession, .setSourceIdentity, .getSessionToken, .getFederationToken,
      .decodeAuthorizationMessage, .getAccessKeyInfo, .createAccount, .listAccounts, .explainPolicy:
      nil
    }
  }
}
