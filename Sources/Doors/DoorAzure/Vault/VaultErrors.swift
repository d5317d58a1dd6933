import KMSDomain

extension AzureError {
  /// What the engine says, in Azure's words. It is written down already.
  init(_ error: KMSError, about subject: VaultSubject, in call: VaultCall) {
    self = AzureError.table(error, subject, call)
    isRecorded = true
  }

  private static func table(
    _ error: KMSError, _ subject: VaultSubject, _ call: VaultCall
  ) -> AzureError {
    switch error {
    case .denied(let denial): VaultDenial(denial, call).error
    case .ciphertextKeyInaccessible: notFound(subject)
    case .keyNotFound, .aliasNotFound, .keyDestroyed, .keyPendingDeletion:
      call.isAboutDeleted ? deletedNotFound(subject) : notFound(subject)
    case .vault(let fault): AzureError(fault, about: subject)
    case .object(let fault): AzureError(fault, about: subject)
    case .keyDisabled: disabled(subject)
    case .keyNotPendingDeletion: notFound(subject)
    case .keyPendingImport, .aliasTargetMismatch, .aliasExists, .policyLockout, .malformedPolicy:
      conflict("The \(subject.kind.lowercased()) \(subject.text) is not in a state that allows this.")
    case .invalidKeyUsage, .noPublicKey:
      operationForbidden("The operation is not permitted on this key.")
    case .invalidCiphertext, .incorrectKey: badParameter("The parameter is incorrect.")
    case .unsupportedAlgorithm(let reason): AzureError(KeyFault.unsupported(reason))
    case .contextUnsupported, .incompatibleAlgorithm, .incompatibleMessageForm:
      badParameter("The algorithm is not supported for this key.")
    case .invalidDigestLength: badParameter("The digest does not have the length of the algorithm's hash.")
    case .plaintextTooLong: badParameter("The value is too long for this key and algorithm.")
    case .invalidSignature, .invalidMAC: badParameter("The signature is not valid.")
    case .invalidPublicKey, .incorrectKeyMaterial: invalid("key")
    case .cryptography(let fault): badParameter("The request can't be carried out: \(fault.rawValue).")
    case .invalidImportToken, .expiredImportToken, .incompatibleImport, .wrongOrigin, .invalidExpiry,
      .singleMaterial, .otherMaterialPending, .noMaterialPending, .materialNotFound, .materialNotExpired:
      conflict("The key's material does not allow this.")
    case .keyNotPrimary, .keyNotReplica, .relatedKeyExists: conflict("The key is related to others.")
    case .rotationUnsupported, .rotationImminent, .rotationNotDue:
      conflict("The key can't be rotated now.")
    case .grantNotFound, .invalidGrantToken, .unsupportedGrantOperation, .unsupportedGrantConstraint,
      .tooManyGrants, .customKeyStore, .identity, .session, .attestation, .seedContradiction, .dryRun:
      badParameter("The request is not valid for what is in a vault.")
    case .tooManyRotations, .tooManyReplicas, .tooManyTags, .tooManyAliases, .tooManyKeys:
      AzureError(403, "Forbidden", inner: "QuotaExceeded", "There are as many as there may be.")
    case .invalidMarker: badParameter("The $skiptoken is not one that a list gave out.")
    case .throttled, .tooBusy: throttled(after: 1)
    case .contention: AzureError(409, "Conflict", "Another change came first. Try again.")
    case .corrupt, .permitMismatch: internalError
    case .storeUnavailable, .auditUnavailable, .custodyUnavailable:
      AzureError(503, "ServiceUnavailable", "The service can't answer at this time.", retryAfter: 1)
    }
  }

  static let internalError = AzureError(500, "InternalError", "An internal error occurred.")

  static func conflict(_ message: String, inner: String? = nil) -> AzureError {
    AzureError(409, "Conflict", inner: inner, message)
  }

  static func operationForbidden(_ message: String) -> AzureError {
    AzureError(403, "Forbidden", inner: "KeyOperationForbidden", message)
  }

  static func notFound(_ subject: VaultSubject) -> AzureError {
    AzureError(
      404, subject.kind + "NotFound",
      "A \(subject.kind.lowercased()) with (name/id) \(subject.text) was not found in this key vault. "
        + "If you recently deleted this \(subject.kind.lowercased()) you may be able to recover it using the "
        + "correct recovery command. For help resolving this issue, please see "
        + "https://go.microsoft.com/fwlink/?linkid=2125182")
  }

  static func deletedNotFound(_ subject: VaultSubject) -> AzureError {
    AzureError(404, subject.kind + "NotFound", "Deleted \(subject.kind) not found: \(subject.text)")
  }

  static func disabled(_ subject: VaultSubject) -> AzureError {
    switch subject.collection {
    case .secrets:
      AzureError(
        403, "Forbidden", inner: "SecretDisabled", "Operation get is not allowed on a disabled secret.")
    case .keys:
      AzureError(403, "Forbidden", inner: "KeyDisabled", "Operation is not allowed on a disabled key.")
    }
  }
}

extension AzureError {
  init(_ fault: VaultFault, about subject: VaultSubject) {
    self =
      switch fault {
      case .notFound(let name), .isDeleted(let name), .isNotDeleted(let name), .invalidName(let name):
        .noVault(name)
      case .nameInUse: .conflict("The vault name is in use.")
      case .purgeProtected:
        AzureError(
          403, "Forbidden", inner: "PurgeProtected",
          "Operation \"purge\" is not allowed because purge protection is enabled for this vault.")
      case .invalid(let property): .invalid(property)
      case .tooMany(let what):
        AzureError(403, "Forbidden", inner: "QuotaExceeded", "There are as many \(what) as there may be.")
      case .roleNotFound(let id):
        AzureError(404, "RoleDefinitionNotFound", "Requested role definition not found: \(id)")
      case .roleInUse: .conflict("The role is assigned to somebody.", inner: "RoleDefinitionHasAssignments")
      case .assignmentNotFound(let id):
        AzureError(404, "RoleAssignmentNotFound", "Requested role assignment not found: \(id)")
      case .assignmentExists:
        AzureError(409, "RoleAssignmentExists", "The role assignment already exists.")
      case .itemNotFound, .versionNotFound: .notFound(subject)
      case .itemIsNotDeleted: .deletedNotFound(subject)
      case .itemIsDeleted: .isDeleted(subject)
      case .itemExists: .conflict("\(subject.kind) \(subject.text) already exists.")
      case .notAdoptable: .invalid("key")
      }
  }

  static func isDeleted(_ subject: VaultSubject) -> AzureError {
    conflict(
      "\(subject.kind) \(subject.text) is currently in a deleted but recoverable state, and its name cannot be "
        + "reused; in this state, the \(subject.kind.lowercased()) can only be recovered or purged.",
      inner: "ObjectIsDeletedButRecoverable")
  }

  static func noVault(_ name: String) -> AzureError {
    AzureError(404, "VaultNotFound", "There is no vault \(name).")
  }

  init(_ fault: ObjectFault, about subject: VaultSubject) {
    self =
      switch fault {
      case .nameTaken: .conflict("\(subject.kind) \(subject.text) already exists.")
      case .outsideDates, .limitReached, .archived:
        .operationForbidden(
          "Operation is not allowed on \(subject.text): it is not yet valid, or expired.")
      case .notExportable: .operationForbidden("\(subject.text) is not exportable.")
      case .noMaterial: .notFound(subject)
      case .wrongState:
        .conflict("\(subject.kind) \(subject.text) is not in a state that allows this.")
      case .refused(_, let message): .badParameter(message)
      }
  }
}
