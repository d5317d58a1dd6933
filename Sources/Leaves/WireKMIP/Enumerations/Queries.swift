extension KMIP {
  /// What Query asks for (KMIP 2.1 section 11.44).
  package enum QueryFunction: UInt32, KMIPEnumeration {
    case queryOperations = 0x1
    case queryObjects = 0x2
    case queryServerInformation = 0x3
    case queryApplicationNamespaces = 0x4
    case queryExtensionList = 0x5
    case queryExtensionMap = 0x6
    case queryAttestationTypes = 0x7
    case queryRNGs = 0x8
    case queryValidations = 0x9
    case queryProfiles = 0xA
    case queryCapabilities = 0xB
    case queryClientRegistrationMethods = 0xC
    case queryDefaultsInformation = 0xD
    case queryStorageProtectionMasks = 0xE

    package static let tag = KMIPTag.queryFunction
  }

  /// How clients become known (KMIP 2.1 section 11.10).
  package enum ClientRegistrationMethod: UInt32, KMIPEnumeration {
    case unspecified = 0x1
    case serverPreGenerated = 0x2
    case serverOnDemand = 0x3
    case clientGenerated = 0x4
    case clientRegistered = 0x5

    package static let tag = KMIPTag.clientRegistrationMethod
  }

  /// What Destroy does (KMIP 2.1 section 11.15).
  package enum DestroyAction: UInt32, KMIPEnumeration {
    case unspecified = 0x1
    case keyMaterialDeleted = 0x2
    case keyMaterialShredded = 0x3
    case metaDataDeleted = 0x4
    case metaDataShredded = 0x5
    case deleted = 0x6
    case shredded = 0x7

    package static let tag = KMIPTag.destroyAction
  }

  /// How material is made unreadable (KMIP 2.1 section 11.53).
  package enum ShreddingAlgorithm: UInt32, KMIPEnumeration {
    case unspecified = 0x1
    case cryptographic = 0x2
    case unsupported = 0x3

    package static let tag = KMIPTag.shreddingAlgorithm
  }

  /// Whether a server unwraps what it is given (KMIP 2.1 section 11.59).
  package enum UnwrapMode: UInt32, KMIPEnumeration {
    case unspecified = 0x1
    case processed = 0x2
    case notProcessed = 0x3

    package static let tag = KMIPTag.unwrapMode
  }

  /// Who validated a server (KMIP 2.1 section 11.63).
  package enum ValidationAuthorityType: UInt32, KMIPEnumeration {
    case unspecified = 0x1
    case nistCMVP = 0x2
    case commonCriteria = 0x3

    package static let tag = KMIPTag.validationAuthorityType
  }

  /// What was validated (KMIP 2.1 section 11.64).
  package enum ValidationType: UInt32, KMIPEnumeration {
    case unspecified = 0x1
    case hardware = 0x2
    case software = 0x3
    case firmware = 0x4
    case hybrid = 0x5

    package static let tag = KMIPTag.validationType
  }
}
