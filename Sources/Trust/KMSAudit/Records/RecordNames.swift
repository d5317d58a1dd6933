import KMSDomain

// The words that stand in records. They outlive versions of this program: a name, once used, is never
// changed.

extension Action {
  /// The action in a record.
  var auditName: String {
    switch self {
    case .createKey: "createKey"
    case .describeKey: "describeKey"
    case .listKeys: "listKeys"
    case .enableKey: "enableKey"
    case .disableKey: "disableKey"
    case .updateKeyDescription: "updateKeyDescription"
    case .scheduleKeyDeletion: "scheduleKeyDeletion"
    case .cancelKeyDeletion: "cancelKeyDeletion"
    case .createAlias: "createAlias"
    case .updateAlias: "updateAlias"
    case .deleteAlias: "deleteAlias"
    case .listAliases: "listAliases"
    case .tagResource: "tagResource"
    case .untagResource: "untagResource"
    case .listResourceTags: "listResourceTags"
    case .getKeyPolicy: "getKeyPolicy"
    case .putKeyPolicy: "putKeyPolicy"
    case .listKeyPolicies: "listKeyPolicies"
    case .getKeyRotationStatus: "getKeyRotationStatus"
    case .encrypt: "encrypt"
    case .decrypt: "decrypt"
    case .reEncryptFrom: "reEncryptFrom"
    case .reEncryptTo: "reEncryptTo"
    case .generateDataKey: "generateDataKey"
    case .generateDataKeyWithoutPlaintext: "generateDataKeyWithoutPlaintext"
    case .generateRandom: "generateRandom"
    case .getCallerIdentity: "getCallerIdentity"
    case .enableKeyRotation: "enableKeyRotation"
    case .disableKeyRotation: "disableKeyRotation"
    case .rotateKeyOnDemand: "rotateKeyOnDemand"
    case .listKeyRotations: "listKeyRotations"
    case .createGrant: "createGrant"
    case .listGrants: "listGrants"
    case .listRetirableGrants: "listRetirableGrants"
    case .retireGrant: "retireGrant"
    case .revokeGrant: "revokeGrant"
    case .getKeyLastUsage: "getKeyLastUsage"
    case .destroyKey: "destroyKey"
    case .rotateKey: "rotateKey"
    case .readStatus: "readStatus"
    case .advanceClock: "advanceClock"
    case .issueAccessKey: "issueAccessKey"
    case .renewEpoch: "renewEpoch"
    }
  }
}
