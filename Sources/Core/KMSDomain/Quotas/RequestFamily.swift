/// Operations that share a quota.
///
/// Cryptographic ones share by the kind of key, whatever they do with it; every other operation is alone. The figures are AWS's
/// per account and Region ("Request quotas" of the KMS developer guide, as of 2026), where it publishes one.
///
/// Raw values are positions in `AccountMeter`, not stored.
package enum RequestFamily: UInt8, CaseIterable, Sendable {
  // Cryptography
  case symmetric
  case rsa
  /// Elliptic curves, SM2 among them.
  case curves
  case mlDSA
  /// AWS publishes no figure: the one of the other key pairs.
  case mlKEM

  // Key pairs for callers
  case pairP256
  case pairP384
  case pairP521
  case pairSecp256k1
  case pairEd25519
  case pairSM2
  case pairRSA2048
  case pairRSA3072
  case pairRSA4096
  /// AWS publishes no figure: that of the curves.
  case pairPostQuantum

  // One operation each
  case cancelKeyDeletion
  case connectCustomKeyStore
  case createAlias
  case createCustomKeyStore
  case createGrant
  case createKey
  case deleteAlias
  case deleteCustomKeyStore
  case deleteImportedKeyMaterial
  case describeCustomKeyStores
  case describeKey
  case disableKey
  case disableKeyRotation
  case disconnectCustomKeyStore
  case enableKey
  case enableKeyRotation
  case getKeyLastUsage
  case getKeyPolicy
  case getKeyRotationStatus
  case getParametersForImport
  case getPublicKey
  case importKeyMaterial
  case listAliases
  case listGrants
  case listKeyPolicies
  case listKeyRotations
  case listKeys
  case listResourceTags
  case listRetirableGrants
  case putKeyPolicy
  case replicateKey
  case retireGrant
  case revokeGrant
  case rotateKeyOnDemand
  case scheduleKeyDeletion
  case tagResource
  case untagResource
  case updateAlias
  case updateCustomKeyStore
  case updateKeyDescription
  case updatePrimaryRegion

  // Beside the keys
  /// Asking who one is, and whatever hands out credentials for a time.
  case tokens
  /// Managing users, roles and their policies. AWS publishes no figure.
  case identities
  /// Managed objects as KMIP knows them. AWS has nothing like them.
  case objects
}

extension RequestFamily {
  /// In configuration.
  package var name: String { terms.name }

  /// AWS's own rate.
  package func standardRate(in region: String) -> RequestRate {
    if self == .symmetric { return RequestFamily.symmetricRate(in: region) }
    return RequestFamily.isInChina(region) ? chineseRate : RequestRate(terms.perSecond)
  }

  /// Where making RSA keys is rationed.
  private var chineseRate: RequestRate {
    if self == .pairRSA2048 { return RequestRate(1) }
    if self == .pairRSA3072 { return RequestRate(thousandths: 500) }
    return self == .pairRSA4096 ? RequestRate(thousandths: 100) : RequestRate(terms.perSecond)
  }

  private static func symmetricRate(in region: String) -> RequestRate {
    switch region {
    case "us-east-1", "us-west-2", "eu-west-1": RequestRate(100_000)
    case "us-east-2", "ap-southeast-1", "ap-southeast-2", "ap-northeast-1", "eu-central-1", "eu-west-2":
      RequestRate(20_000)
    default: RequestRate(10_000)
    }
  }

  private static func isInChina(_ region: String) -> Bool {
    region == "cn-north-1" || region == "cn-northwest-1"
  }

  /// The rate is that of most Regions.
  private var terms: (name: String, perSecond: Int64) {
    switch self {
    case .symmetric: ("symmetric", 10_000)
    case .rsa: ("rsa", 1000)
    case .curves: ("ecc-and-sm2", 1000)
    case .mlDSA: ("ml-dsa", 1000)
    case .mlKEM: ("ml-kem", 1000)
    case .pairP256: ("generate-data-key-pair-p256", 100)
    case .pairP384: ("generate-data-key-pair-p384", 100)
    case .pairP521: ("generate-data-key-pair-p521", 100)
    case .pairSecp256k1: ("generate-data-key-pair-p256k1", 100)
    case .pairEd25519: ("generate-data-key-pair-ed25519", 100)
    case .pairSM2: ("generate-data-key-pair-sm2", 25)
    case .pairRSA2048: ("generate-data-key-pair-rsa-2048", 20)
    case .pairRSA3072: ("generate-data-key-pair-rsa-3072", 4)
    case .pairRSA4096: ("generate-data-key-pair-rsa-4096", 1)
    case .pairPostQuantum: ("generate-data-key-pair-post-quantum", 100)
    case .cancelKeyDeletion: ("cancel-key-deletion", 5)
    case .connectCustomKeyStore: ("connect-custom-key-store", 5)
    case .createAlias: ("create-alias", 5)
    case .createCustomKeyStore: ("create-custom-key-store", 5)
    case .createGrant: ("create-grant", 50)
    case .createKey: ("create-key", 5)
    case .deleteAlias: ("delete-alias", 15)
    case .deleteCustomKeyStore: ("delete-custom-key-store", 5)
    case .deleteImportedKeyMaterial: ("delete-imported-key-material", 15)
    case .describeCustomKeyStores: ("describe-custom-key-stores", 5)
    case .describeKey: ("describe-key", 2000)
    case .disableKey: ("disable-key", 5)
    case .disableKeyRotation: ("disable-key-rotation", 5)
    case .disconnectCustomKeyStore: ("disconnect-custom-key-store", 5)
    case .enableKey: ("enable-key", 5)
    case .enableKeyRotation: ("enable-key-rotation", 15)
    case .getKeyLastUsage: ("get-key-last-usage", 5)
    case .getKeyPolicy: ("get-key-policy", 1000)
    case .getKeyRotationStatus: ("get-key-rotation-status", 1000)
    case .getParametersForImport: ("get-parameters-for-import", 1)
    case .getPublicKey: ("get-public-key", 2000)
    case .importKeyMaterial: ("import-key-material", 15)
    case .listAliases: ("list-aliases", 500)
    case .listGrants: ("list-grants", 100)
    case .listKeyPolicies: ("list-key-policies", 100)
    case .listKeyRotations: ("list-key-rotations", 100)
    case .listKeys: ("list-keys", 500)
    case .listResourceTags: ("list-resource-tags", 2000)
    case .listRetirableGrants: ("list-retirable-grants", 100)
    case .putKeyPolicy: ("put-key-policy", 15)
    case .replicateKey: ("replicate-key", 5)
    case .retireGrant: ("retire-grant", 50)
    case .revokeGrant: ("revoke-grant", 50)
    case .rotateKeyOnDemand: ("rotate-key-on-demand", 5)
    case .scheduleKeyDeletion: ("schedule-key-deletion", 15)
    case .tagResource: ("tag-resource", 10)
    case .untagResource: ("untag-resource", 5)
    case .updateAlias: ("update-alias", 5)
    case .updateCustomKeyStore: ("update-custom-key-store", 5)
    case .updateKeyDescription: ("update-key-description", 5)
    case .updatePrimaryRegion: ("update-primary-region", 5)
    case .tokens: ("tokens", 600)
    case .identities: ("identities", 20)
    case .objects: ("objects", 100_000)
    }
  }
}
