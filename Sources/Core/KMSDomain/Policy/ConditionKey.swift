/// What a condition can ask about.
package enum ConditionKey: Hashable, Sendable {
  // The caller
  case callerAccount
  /// For a session of a role, the role.
  case principalName
  case principalID
  case principalKind
  case principalTag(String)
  case userName
  /// When the caller's session began.
  case sessionStart
  /// Whether a second factor was used to begin it.
  case multiFactorPresent
  case federationProvider
  case sourceIdentity
  // The request
  case secureTransport
  case sourceAddress
  case userAgent
  case currentTime
  case epochTime
  case requestedRegion
  /// Whether a service asks, or asks on behalf of somebody.
  case isService
  // The resource
  case resourceAccount
  case resourceAliases
  case resourceTag(String)
  // The use of a key
  case encryptionContext(String)
  case encryptionContextNames
  case encryptionAlgorithm
  case signingAlgorithm
  case macAlgorithm
  case keyAgreementAlgorithm
  case messageForm
  case keySpec
  case keyUsage
  case keyOrigin
  /// Which door's container the key is in.
  case keyringKind
  /// The vault that the object is in, or is to be in.
  case vault
  /// Collection and name within the vault: `keys/first`.
  case vaultObject
  case multiRegion
  /// Which part the key plays among related keys.
  case multiRegionPart
  case primaryRegion
  case replicaRegion
  case requestedAlias
  case requestTag(String)
  case tagNames
  case deletionWindowDays
  case rotationPeriodDays
  case granteePrincipal
  case retiringPrincipal
  case grantOperations
  case grantConstraintType
  /// Whether a service asks on behalf of somebody.
  case grantIsForService
  case bypassesLockoutCheck
  case reEncryptsOnSameKey
  case dataKeyPairSpec
  /// The measurement of the image of an enclave that the answer is for.
  case recipientImage
  /// A platform configuration register of the recipient.
  case recipientRegister(Int, of: Recipient.Platform)
  case wrappingAlgorithm
  case wrappingKeySpec
  case expirationModel
  /// When imported material is to expire, in seconds since the Unix epoch.
  case validTo
  // Sessions that are asked for
  case externalID
  case sessionName
  case requestedSourceIdentity
  case transitiveTagNames
  // Identities
  /// The managed policy that is attached or detached.
  case policyName
  case boundaryName
  /// A claim of the caller's token, if the name begins with its issuer. Otherwise valid in a policy but nothing that this
  /// version knows, and absent.
  case unknown(String)
}

extension ConditionKey {
  /// Whether a request may have several values for it.
  var isList: Bool {
    self == .encryptionContextNames || self == .tagNames || self == .grantOperations
      || self == .resourceAliases || self == .transitiveTagNames
  }
}
