import KMSDomain

extension Action {
  /// What AWS calls this action, in policies and in refusals: the vendor, a colon, the name.
  ///
  /// Actions of this server alone carry the vendor `claviger`; see `isPolicyAction`.
  var awsName: String {
    switch self {
    case .createKey: "kms:CreateKey"
    case .describeKey: "kms:DescribeKey"
    case .listKeys: "kms:ListKeys"
    case .enableKey: "kms:EnableKey"
    case .disableKey: "kms:DisableKey"
    case .updateKeyDescription: "kms:UpdateKeyDescription"
    case .scheduleKeyDeletion: "kms:ScheduleKeyDeletion"
    case .cancelKeyDeletion: "kms:CancelKeyDeletion"
    case .createAlias: "kms:CreateAlias"
    case .updateAlias: "kms:UpdateAlias"
    case .deleteAlias: "kms:DeleteAlias"
    case .listAliases: "kms:ListAliases"
    case .tagResource: "kms:TagResource"
    case .untagResource: "kms:UntagResource"
    case .listResourceTags: "kms:ListResourceTags"
    case .getKeyPolicy: "kms:GetKeyPolicy"
    case .putKeyPolicy: "kms:PutKeyPolicy"
    case .listKeyPolicies: "kms:ListKeyPolicies"
    case .getKeyRotationStatus: "kms:GetKeyRotationStatus"
    case .encrypt: "kms:Encrypt"
    case .decrypt: "kms:Decrypt"
    case .reEncryptFrom: "kms:ReEncryptFrom"
    case .reEncryptTo: "kms:ReEncryptTo"
    case .generateDataKey: "kms:GenerateDataKey"
    case .generateDataKeyWithoutPlaintext: "kms:GenerateDataKeyWithoutPlaintext"
    case .generateDataKeyPair: "kms:GenerateDataKeyPair"
    case .generateDataKeyPairWithoutPlaintext: "kms:GenerateDataKeyPairWithoutPlaintext"
    case .generateRandom: "kms:GenerateRandom"
    case .sign: "kms:Sign"
    case .verify: "kms:Verify"
    case .getPublicKey: "kms:GetPublicKey"
    case .generateMac: "kms:GenerateMac"
    case .verifyMac: "kms:VerifyMac"
    case .deriveSharedSecret: "kms:DeriveSharedSecret"
    case .encapsulate: "kms:Encapsulate"
    case .decapsulate: "kms:Decapsulate"
    case .getParametersForImport: "kms:GetParametersForImport"
    case .importKeyMaterial: "kms:ImportKeyMaterial"
    case .getCallerIdentity: "sts:GetCallerIdentity"
    case .enableKeyRotation: "kms:EnableKeyRotation"
    case .disableKeyRotation: "kms:DisableKeyRotation"
    case .rotateKeyOnDemand: "kms:RotateKeyOnDemand"
    case .listKeyRotations: "kms:ListKeyRotations"
    case .createGrant: "kms:CreateGrant"
    case .listGrants: "kms:ListGrants"
    case .listRetirableGrants: "kms:ListRetirableGrants"
    case .retireGrant: "kms:RetireGrant"
    case .revokeGrant: "kms:RevokeGrant"
    case .getKeyLastUsage: "kms:GetKeyLastUsage"
    case .deleteImportedKeyMaterial: "kms:DeleteImportedKeyMaterial"
    case .replicateKey: "kms:ReplicateKey"
    case .updatePrimaryRegion: "kms:UpdatePrimaryRegion"
    case .createCustomKeyStore: "kms:CreateCustomKeyStore"
    case .describeCustomKeyStores: "kms:DescribeCustomKeyStores"
    case .updateCustomKeyStore: "kms:UpdateCustomKeyStore"
    case .deleteCustomKeyStore: "kms:DeleteCustomKeyStore"
    case .connectCustomKeyStore: "kms:ConnectCustomKeyStore"
    case .disconnectCustomKeyStore: "kms:DisconnectCustomKeyStore"
    case .destroyKey: "claviger:DestroyKey"
    case .rotateKey: "claviger:RotateKey"
    case .readStatus: "claviger:ReadStatus"
    case .advanceClock: "claviger:AdvanceClock"
    case .issueAccessKey: "claviger:IssueAccessKey"
    case .renewEpoch: "claviger:RenewEpoch"
    case .expireKeyMaterial: "claviger:ExpireKeyMaterial"
    }
  }

  /// Whether AWS policies speak of it. `Action: "*"` was written by somebody who thought of AWS's actions: it must not
  /// hand out the destruction of a key without its window, nor the server's own administration.
  var isPolicyAction: Bool { !isForSystem }

  /// The name without its vendor.
  var operationName: Substring {
    awsName[...].utf8.split(separator: UInt8(ascii: ":")).last.map { Substring($0) } ?? ""
  }
}
