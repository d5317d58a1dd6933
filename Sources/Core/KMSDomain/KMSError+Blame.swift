// Whose fault an error is, and what the audit record makes of it.
extension KMSError {
  /// Ours, not the caller's: operators hear of it.
  package var isOurFault: Bool {
    switch self {
    case .contention, .corrupt, .storeUnavailable, .auditUnavailable, .custodyUnavailable, .permitMismatch:
      true
    case .keyNotFound, .aliasNotFound, .aliasExists, .keyDestroyed, .denied, .ciphertextKeyInaccessible,
      .policyLockout, .malformedPolicy, .keyDisabled, .keyPendingDeletion, .keyNotPendingDeletion,
      .keyPendingImport, .aliasTargetMismatch, .invalidCiphertext, .incorrectKey, .invalidKeyUsage,
      .noPublicKey, .contextUnsupported, .tooBusy,
      .incompatibleAlgorithm, .incompatibleMessageForm, .invalidDigestLength, .plaintextTooLong,
      .invalidSignature, .invalidMAC, .invalidPublicKey, .unsupportedAlgorithm, .invalidImportToken,
      .expiredImportToken, .incorrectKeyMaterial, .incompatibleImport, .tooManyTags, .tooManyAliases,
      .invalidMarker, .dryRun:
      false
    case .rotationUnsupported, .rotationImminent, .rotationNotDue, .tooManyRotations: false
    case .customKeyStore, .identity, .session, .object, .vault: false
    case .keyNotPrimary, .keyNotReplica, .relatedKeyExists, .tooManyReplicas: false
    case .wrongOrigin, .invalidExpiry, .singleMaterial, .otherMaterialPending, .noMaterialPending,
      .materialNotFound, .materialNotExpired:
      false
    case .grantNotFound, .invalidGrantToken, .unsupportedGrantOperation, .unsupportedGrantConstraint,
      .tooManyGrants:
      false
    case .attestation: false
    case .tooManyKeys, .throttled: false
    case .cryptography: false
    case .seedContradiction: false
    }
  }

  /// How the audit record tells it.
  package var outcome: AuditRecord.Outcome {
    switch self {
    case .dryRun: .dryRun
    case .denied, .ciphertextKeyInaccessible: .denied
    case .keyNotFound, .aliasNotFound, .aliasExists, .keyDestroyed, .policyLockout, .malformedPolicy,
      .keyDisabled, .keyPendingDeletion, .keyNotPendingDeletion, .keyPendingImport, .aliasTargetMismatch,
      .invalidCiphertext, .incorrectKey, .invalidKeyUsage, .noPublicKey, .contextUnsupported, .tooBusy,
      .incompatibleAlgorithm, .incompatibleMessageForm,
      .invalidDigestLength, .plaintextTooLong, .invalidSignature, .invalidMAC, .invalidPublicKey,
      .unsupportedAlgorithm, .invalidImportToken, .expiredImportToken, .incorrectKeyMaterial,
      .incompatibleImport, .tooManyTags, .tooManyAliases, .invalidMarker, .contention, .corrupt,
      .storeUnavailable, .auditUnavailable, .custodyUnavailable, .permitMismatch:
      .failed(code)
    case .rotationUnsupported, .rotationImminent, .rotationNotDue, .tooManyRotations: .failed(code)
    case .customKeyStore, .identity, .session, .object, .vault: .failed(code)
    case .keyNotPrimary, .keyNotReplica, .relatedKeyExists, .tooManyReplicas: .failed(code)
    case .wrongOrigin, .invalidExpiry, .singleMaterial, .otherMaterialPending, .noMaterialPending,
      .materialNotFound, .materialNotExpired:
      .failed(code)
    case .grantNotFound, .invalidGrantToken, .unsupportedGrantOperation, .unsupportedGrantConstraint,
      .tooManyGrants:
      .failed(code)
    case .attestation: .failed(code)
    case .tooManyKeys: .failed(code)
    case .cryptography: .failed(code)
    // Refused before anybody looked at what it is about, and counted when there are many.
    case .throttled: .rejected(code, count: 1)
    case .seedContradiction: .failed(code)
    }
  }
}
