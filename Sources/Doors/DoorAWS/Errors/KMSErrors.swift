import KMSDomain

extension AWSError {
  /// The one table from the engine's errors to the wire.
  /// - Parameter home: the keyring that bare key ids and alias names are of, so that messages can name the whole ARN;
  ///   nil leaves them as the caller wrote them.
  init(_ error: KMSError, in home: Keyring? = nil) {
    switch error {
    case .keyNotFound(let name): self = .keyAbsent(AWSError.fullName(name, in: home))
    case .keyDestroyed(let name): self = .keyAbsent(AWSError.fullName(name, in: home))
    case .aliasNotFound(let name): self = .aliasAbsent(AWSError.fullName(name, in: home))
    case .aliasExists(let name):
      self.init(
        "AlreadyExistsException",
        "An alias with the name \(AWSError.fullName(name, in: home)) already exists")

    case .denied(let denial): self = denial.awsError
    case .ciphertextKeyInaccessible: self = .ciphertextKeyInaccessible
    case .policyLockout: self = .malformedPolicy(AWSError.lockout)
    case .malformedPolicy(let reason): self = .malformedPolicy(reason)

    case .keyDisabled(let name): self.init("DisabledException", "\(name) is disabled.")
    case .keyPendingDeletion(let name): self = .invalidState("\(name) is pending deletion.")
    case .keyNotPendingDeletion(let name): self = .invalidState("\(name) is not pending deletion.")
    case .keyPendingImport(let name): self = .invalidState("\(name) is pending import.")
    case .aliasTargetMismatch(let name):
      self = .validation(
        "Alias \(AWSError.fullName(name, in: home)) can only be updated to a KMS key of the same type and key usage."
      )

    case .invalidCiphertext: self.init("InvalidCiphertextException", nil)
    case .incorrectKey: self = .incorrectKey
    case .invalidKeyUsage(let key, let usages, let action):
      self.init(
        "InvalidKeyUsageException",
        "\(key) key usage is \(AWSError.words.name(of: usages)) which is not valid for \(action.operationName)."
      )
    case .noPublicKey: self = .unsupported(nil)
    case .contextUnsupported(let spec):
      self = .validation(
        "An encryption context is not valid for key spec \(AWSError.words.name(of: spec)).")
    case .incompatibleAlgorithm(let algorithm, let spec):
      self.init(
        "InvalidKeyUsageException",
        "Algorithm \(AWSError.words.name(of: algorithm)) is incompatible with key spec \(AWSError.words.name(of: spec))."
      )
    case .incompatibleMessageForm(let form, let spec):
      self = .validation(
        "Message type \(AWSError.words.name(of: form)) is incompatible with key spec \(AWSError.words.name(of: spec))."
      )
    case .invalidDigestLength(let algorithm):
      self = .validation("Digest is invalid length for algorithm \(algorithm.awsName).")
    case .plaintextTooLong(let algorithm, let spec, let limit):
      self = .validation(
        "Algorithm \(algorithm.awsName) and key spec \(AWSError.words.name(of: spec)) cannot encrypt data larger than \(limit) bytes."
      )
    case .invalidSignature: self.init("KMSInvalidSignatureException", nil)
    case .invalidMAC: self.init("KMSInvalidMacException", nil)
    case .invalidPublicKey: self = .validation("The public key is not valid.")
    case .unsupportedAlgorithm(let reason): self = .unsupported(reason)
    case .invalidImportToken: self.init("InvalidImportTokenException", nil)
    case .expiredImportToken: self.init("ExpiredImportTokenException", nil)
    case .incorrectKeyMaterial: self.init("IncorrectKeyMaterialException", nil)
    case .incompatibleImport(let algorithm, let importKey, let spec):
      self = .validation(
        "Wrapping algorithm \(algorithm.awsName) and wrapping key spec \(AWSError.words.name(of: importKey.keySpec)) cannot import key material of key spec \(AWSError.words.name(of: spec))."
      )

    case .wrongOrigin(let key, let origin):
      self = .unsupported(
        "\(key) origin is \(AWSError.words.name(of: origin)) which is not valid for this operation.")
    case .invalidExpiry: self = .invalidValidTo
    case .singleMaterial(let spec):
      self = .unsupported(
        "ImportType, KeyMaterialId and KeyMaterialDescription are not valid for keys of key spec \(AWSError.words.name(of: spec))."
      )
    case .otherMaterialPending(let key, let new, let pending):
      self = .invalidState(
        "New key material (id: \(new)) cannot be imported into KMS key \(key), because another key material "
          + "(id: \(pending)) is pending rotation.")
    case .noMaterialPending(let key):
      self = .invalidState("No available key material pending rotation for the key: \(key).")
    case .materialNotFound(let id): self = .materialAbsent(id)
    case .materialNotExpired: self = .internalError
    case .seedContradiction: self = .internalError
    // No operation of this door takes such parameters.
    case .cryptography: self = .internalError

    case .rotationUnsupported: self = .unsupported(nil)
    case .rotationImminent: self = .rotationImminent
    case .rotationNotDue: self = .internalError
    case .tooManyRotations(let key):
      self = .limitExceeded(
        "The on-demand rotations limit has been reached for the given keyId. "
          + "No more on-demand rotations can be performed for this key: \(key)")

    case .keyNotPrimary(let key): self = .unsupported("\(key) is not a multi-region primary key.")
    case .keyNotReplica(let key): self = .unsupported("\(key) is not a multi-region replica key.")
    case .relatedKeyExists(let key): self.init("AlreadyExistsException", "Key '\(key)' already exists")

    case .grantNotFound(let id): self = .grantAbsent(id)
    case .invalidGrantToken: self = .invalidGrantToken
    case .unsupportedGrantOperation(let operation, let key):
      self = .validation("The grant operation \(operation.awsName) is not supported by the key \(key).")
    case .unsupportedGrantConstraint(let key):
      self = .validation("Encryption context constraints are not supported by the key \(key).")
    case .tooManyReplicas(let key):
      self = .limitExceeded("The maximum number of replicas of \(key) was reached.")
    case .tooManyGrants: self = .limitExceeded("The maximum number of grants for this key was reached.")
    case .tooManyKeys(let most, let present):
      self = .limitExceeded(
        "Key quota for this account in this region is \(most) but the current usage is \(present).")

    case .customKeyStore(let fault): self.init(fault)
    case .identity(let fault): self = fault.awsError
    case .session(let fault): self = fault.awsError
    case .object(let fault): self = fault.awsError
    // No operation of this protocol names a vault.
    case .vault: self = .validation("The request is not valid for what is in a vault.")
    case .attestation(let fault): self.init(fault)

    case .tooManyTags: self = .tags("Too many tags")
    case .tooManyAliases(let key):
      self = .limitExceeded("The maximum number of aliases for \(key) was reached.")
    case .invalidMarker: self = .invalidMarker
    case .dryRun: self = .dryRun

    case .tooBusy, .throttled: self = .throttled
    case .contention, .corrupt, .permitMismatch: self = .internalError
    case .storeUnavailable, .auditUnavailable: self = .dependencyTimeout
    case .custodyUnavailable: self = .keyUnavailable
    }
  }

  private static let words = AWSVocabulary()

  private static let lockout = "The new key policy will not allow you to update the key policy in the future."

  private static func fullName(_ name: String, in home: Keyring?) -> String {
    guard let home, !name.utf8.starts(with: "arn:".utf8) else { return name }
    return name.utf8.starts(with: "alias/".utf8)
      ? ARN.alias(name, region: home.region, account: home.account)
      : ARN.key(name, region: home.region, account: home.account)
  }
}

// Rights, state and cryptography.
extension AWSError {
  static let ciphertextKeyInaccessible = AWSError(
    "AccessDeniedException",
    "The ciphertext refers to a customer master key that does not exist, does not exist in this region, "
      + "or you are not allowed to access.")
  static let incorrectKey = AWSError(
    "IncorrectKeyException",
    "The key ID in the request does not identify a CMK that can perform this operation.")
  static let dryRun = AWSError(
    "DryRunOperationException", "The request would have succeeded, but the DryRun option is set.")

  static let throttled = AWSError(
    "ThrottlingException",
    "You have exceeded the rate at which you may call KMS. Reduce the frequency of your calls.")

  static let invalidGrantToken = AWSError(
    "InvalidGrantTokenException", "The request was rejected because the specified grant token is not valid.")
  static let invalidGrantID = AWSError(
    "InvalidGrantIdException", "The request was rejected because the specified GrantId is not valid.")
  static let rotationImminent = AWSError(
    "ConflictException",
    "The request was rejected because an automatic rotation of this key is currently in progress "
      + "or scheduled to begin within the next 20 minutes.")

  static func malformedPolicy(_ reason: String) -> AWSError {
    AWSError("MalformedPolicyDocumentException", reason)
  }
  static func invalidState(_ message: String) -> AWSError { AWSError("KMSInvalidStateException", message) }
}

// Faults of ours: the cause is in the log, under the request id.
extension AWSError {
  static let internalError = AWSError(
    "KMSInternalException",
    "The request was rejected because an internal exception occurred. The request can be retried.",
    status: 500)
  static let dependencyTimeout = AWSError(
    "DependencyTimeoutException",
    "The system timed out while trying to fulfill the request. You can retry the request.", status: 500)
  static let keyUnavailable = AWSError(
    "KeyUnavailableException",
    "The request was rejected because the specified KMS key was not available. You can retry the request.",
    status: 500)
}

extension KMSError.Denial {
  /// AWS's sentence for a refusal: who, what, on what, and which kind of policy decided. A caller of another account is
  /// told neither whether the key exists, nor which key an alias stands for, nor whether a statement denied it.
  fileprivate var awsError: AWSError {
    if isForeign, named.isEmpty { return .ciphertextKeyInaccessible }
    // Nobody is known yet who could be told more.
    if action == .assumeRoleWithWebIdentity {
      return AWSError("AccessDeniedException", "Not authorized to perform \(action.awsName)")
    }
    if decision.ground == .credentialKind, let refusal = credentialRefusal { return refusal }
    let shown = isForeign ? named : resource
    return AWSError(
      "AccessDeniedException",
      "User: \(principal) is not authorized to perform: \(action.awsName) on resource: \(shown)\(awsReason)")
  }

  private var awsReason: String {
    switch decision.ground {
    case .identityPolicy: explicit("an identity-based policy")
    case .boundary: explicit("a permissions boundary")
    case .sessionPolicy: explicit("a session policy")
    case .keyPolicy: isForeign ? KMSError.Denial.foreign : explicit("a resource-based policy")
    case .trust: explicit("the role trust policy")
    case .noIdentityStatement: missing("identity-based policy")
    case .noBoundaryStatement: missing("permissions boundary")
    case .noSessionStatement: missing("session policy")
    case .noKeyPolicyStatement:
      isForeign ? KMSError.Denial.foreign : missing("resource-based policy")
    case .noTrustStatement: missing("role trust policy")
    case .grant, .accountRoot, .everyone, .system, .credentialKind, .otherHolder: ""
    }
  }

  private func explicit(_ policy: String) -> String { " with an explicit deny in \(policy)" }

  private func missing(_ policy: String) -> String {
    " because no \(policy) allows the \(action.awsName) action"
  }

  /// Where AWS has words of its own for a credential that can't do this.
  private var credentialRefusal: AWSError? {
    if action == .assumeRole {
      return AWSError("AccessDeniedException", "Roles may not be assumed by root accounts.")
    }
    guard action == .getSessionToken || action == .getFederationToken else { return nil }
    return AWSError("AccessDeniedException", "Cannot call \(action.operationName) with session credentials")
  }

  private static let foreign =
    " because the resource does not exist in this Region, no resource-based policies allow access, "
    + "or a resource-based policy explicitly denies access"
}
