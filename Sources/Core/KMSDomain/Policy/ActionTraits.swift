/// What holds of an action whatever it is done to: one row for all actions that are alike.
package struct ActionTraits: Sendable {
  /// Whom an action can be allowed to at all, whatever policies say.
  package enum Reach: Sendable {
    /// The server itself and the owner of its admin socket, nobody else.
    case owner
    /// Callers of the account that the resource belongs to.
    case ownAccount
    /// The same, and the owner of the admin socket, who administers every account's identities.
    case ownAccountOrOwner
    /// Callers of any account that the resource's policy lets in.
    case everyAccount
  }

  package let reach: Reach
  /// In which states of the key this is possible; for actions without a key, no key is asked.
  package let requirement: StateRequirement
  /// Which usage of the key this needs, if any.
  package let usage: KeyUsages?

  fileprivate init(_ reach: Reach, _ requirement: StateRequirement = .exists, _ usage: KeyUsages? = nil) {
    self.reach = reach
    self.requirement = requirement
    self.usage = usage
  }
}

extension Action {
  package var traits: ActionTraits {
    switch self {
    case .createKey, .listKeys, .deleteAlias, .listAliases, .listResourceTags, .getKeyPolicy, .putKeyPolicy,
      .listKeyPolicies, .generateRandom, .getCallerIdentity, .listKeyRotations, .getKeyLastUsage,
      .createCustomKeyStore, .describeCustomKeyStores, .updateCustomKeyStore, .deleteCustomKeyStore,
      .connectCustomKeyStore, .disconnectCustomKeyStore:
      ActionTraits(.ownAccount)
    // Policies don't decide about retiring: the grant does, for whichever account.
    case .listRetirableGrants, .retireGrant: ActionTraits(.ownAccount)
    case .describeKey, .listGrants, .revokeGrant: ActionTraits(.everyAccount)
    case .enableKey, .disableKey: ActionTraits(.ownAccount, .hasMaterial)
    case .updateKeyDescription, .scheduleKeyDeletion, .createAlias, .updateAlias, .tagResource,
      .untagResource:
      ActionTraits(.ownAccount, .notPendingDeletion)
    case .cancelKeyDeletion: ActionTraits(.ownAccount, .pendingDeletion)
    case .getKeyRotationStatus: ActionTraits(.everyAccount, .isGenerated)
    case .encrypt, .reEncryptTo, .generateDataKey, .generateDataKeyWithoutPlaintext, .generateDataKeyPair,
      .generateDataKeyPairWithoutPlaintext:
      ActionTraits(.everyAccount, .protects, .encrypt)
    case .decrypt, .reEncryptFrom: ActionTraits(.everyAccount, .processes, .decrypt)
    case .sign: ActionTraits(.everyAccount, .protects, .sign)
    case .verify: ActionTraits(.everyAccount, .processes, .verify)
    case .getPublicKey: ActionTraits(.everyAccount, .processes)
    case .generateMac: ActionTraits(.everyAccount, .protects, .mac)
    case .verifyMac: ActionTraits(.everyAccount, .processes, .verifyMac)
    case .deriveSharedSecret: ActionTraits(.everyAccount, .protects, .derive)
    case .encapsulate: ActionTraits(.everyAccount, .protects, .encapsulate)
    case .decapsulate: ActionTraits(.everyAccount, .processes, .decapsulate)
    case .getParametersForImport, .importKeyMaterial: ActionTraits(.ownAccount, .takesMaterial)
    case .deleteImportedKeyMaterial: ActionTraits(.ownAccount, .isImported)
    case .enableKeyRotation, .disableKeyRotation: ActionTraits(.ownAccount, .rotatesByItself)
    case .rotateKeyOnDemand: ActionTraits(.ownAccount, .rotates)
    case .createGrant: ActionTraits(.everyAccount, .protects)
    case .replicateKey, .updatePrimaryRegion: ActionTraits(.ownAccount, .protects)
    case .destroyKey: ActionTraits(.owner, .pendingDeletion)
    case .rotateKey: ActionTraits(.owner, .rotatesByItself)
    case .expireKeyMaterial: ActionTraits(.owner, .isImported)
    case .readSeal, .unseal, .replaceRoot, .createRecovery: ActionTraits(.owner)
    case .readStatus, .advanceClock, .issueAccessKey, .renewEpoch, .createAccount, .listAccounts,
      .explainPolicy:
      ActionTraits(.owner)
    case .seedKey, .seedAccessKey, .moveObjectOn, .renewObject, .removeFromDevice: ActionTraits(.owner)
    // Objects stay within their account. What else an operation asks of an object's state depends on more than its state.
    case .registerObject, .importObject, .getObject, .exportObject, .locateObjects, .checkObject,
      .getAttributes, .getAttributeList, .addAttribute, .modifyAttribute, .deleteAttribute, .setAttribute,
      .adjustAttribute, .activateObject, .revokeObject, .destroyObject, .archiveObject, .recoverObject,
      .obtainLease, .getUsageAllocation, .reKey, .reKeyPair, .createSplitKey, .joinSplitKey,
      .validateCertificates, .hash, .seedRandom, .writeLog, .login, .delegateLogin, .setDefaults,
      .setConstraints, .getConstraints, .callPKCS11:
      ActionTraits(.ownAccount)
    case .deriveObject: ActionTraits(.ownAccount, .derives, .deriveKey)
    case .wrapKey: ActionTraits(.ownAccount, .protects, .wrap)
    case .unwrapKey: ActionTraits(.ownAccount, .processes, .unwrap)
    case .certify, .reCertify: ActionTraits(.ownAccount)
    case .addClientCertificate, .revokeClientCertificate, .listClientCertificates:
      ActionTraits(.ownAccountOrOwner)
    // Vaults stay within their account. Their objects' states are theirs to judge.
    case .createVaultKey, .importVaultKey, .readVaultKey, .listVaultKeys, .updateVaultKey, .deleteVaultKey,
      .recoverVaultKey, .purgeVaultKey, .backUpVaultKey, .restoreVaultKey, .rotateVaultKey,
      .readRotationPolicy, .writeRotationPolicy, .releaseVaultKey, .attestVaultKey,
      .readSecret, .listSecrets, .setSecret, .updateSecret, .deleteSecret, .recoverSecret, .purgeSecret,
      .backUpSecret, .restoreSecret, .readRoleDefinitions, .writeRoleDefinition, .deleteRoleDefinition,
      .readVaultSettings, .writeVaultSettings, .readDeletedVaultKey, .listDeletedVaultKeys, .backUpVault,
      .readVaultBackup, .restoreVault, .readVaultRestore:
      ActionTraits(.ownAccount)
    // It gives a name, and nobody a right to what is called by it.
    case .adoptVaultKey: ActionTraits(.ownAccountOrOwner)
    // The owner gives the first roles of a vault.
    case .readRoleAssignments, .writeRoleAssignment, .deleteRoleAssignment: ActionTraits(.ownAccountOrOwner)
    case .createVault, .describeVault, .listVaults, .updateVault, .deleteVault, .recoverVault,
      .createApplication, .describeApplication, .listApplications, .updateApplication, .deleteApplication:
      ActionTraits(.ownAccountOrOwner)
    case .issueToken, .renewTokenKey: ActionTraits(.owner)
    case .rewrapMaterial, .retireEpochs, .readEpochs, .beginErasure,
      .addErasureSecret, .finishErasure:
      ActionTraits(.owner)
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
      ActionTraits(.ownAccountOrOwner)
    // A role's trust policy may let other accounts in.
    case .assumeRole, .assumeRoleWithWebIdentity, .tagSession, .setSourceIdentity:
      ActionTraits(.everyAccount)
    case .getSessionToken, .getFederationToken, .decodeAuthorizationMessage, .getAccessKeyInfo:
      ActionTraits(.ownAccount)
    }
  }

  package var requirement: StateRequirement { traits.requirement }
  package var usage: KeyUsages? { traits.usage }

  /// What the server itself and the owner of its admin socket may do, and nobody else.
  package var isForSystem: Bool {
    switch traits.reach {
    case .owner: true
    case .ownAccount, .ownAccountOrOwner, .everyAccount: false
    }
  }

  /// What the owner of the admin socket may do without any policy.
  package var isOpenToSystem: Bool {
    switch traits.reach {
    case .owner, .ownAccountOrOwner: true
    case .ownAccount, .everyAccount: false
    }
  }

  /// Whether a caller of another account may be let do this; everything else stays within the account, whatever policies
  /// say.
  package var isOpenToOtherAccounts: Bool {
    switch traits.reach {
    case .everyAccount: true
    case .owner, .ownAccount, .ownAccountOrOwner: false
    }
  }
}
