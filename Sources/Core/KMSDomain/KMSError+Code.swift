extension KMSError {
  /// A stable word for logs and audit records, without the names that the case carries.
  package var code: String {
    switch self {
    case .keyNotFound: "keyNotFound"
    case .aliasNotFound: "aliasNotFound"
    case .aliasExists: "aliasExists"
    case .keyDestroyed: "keyDestroyed"
    case .denied: "denied"
    case .ciphertextKeyInaccessible: "ciphertextKeyInaccessible"
    case .policyLockout: "policyLockout"
    case .malformedPolicy: "malformedPolicy"
    case .keyDisabled: "keyDisabled"
    case .keyPendingDeletion: "keyPendingDeletion"
    case .keyNotPendingDeletion: "keyNotPendingDeletion"
    case .keyPendingImport: "keyPendingImport"
    case .aliasTargetMismatch: "aliasTargetMismatch"
    case .invalidCiphertext: "invalidCiphertext"
    case .incorrectKey: "incorrectKey"
    case .invalidKeyUsage: "invalidKeyUsage"
    case .noPublicKey: "noPublicKey"
    case .contextUnsupported: "contextUnsupported"
    case .tooBusy: "tooBusy"
    case .incompatibleAlgorithm: "incompatibleAlgorithm"
    case .incompatibleMessageForm: "incompatibleMessageForm"
    case .invalidDigestLength: "invalidDigestLength"
    case .plaintextTooLong: "plaintextTooLong"
    case .invalidSignature: "invalidSignature"
    case .invalidMAC: "invalidMAC"
    case .invalidPublicKey: "invalidPublicKey"
    case .unsupportedAlgorithm: "unsupportedAlgorithm"
    case .invalidImportToken: "invalidImportToken"
    case .expiredImportToken: "expiredImportToken"
    case .incorrectKeyMaterial: "incorrectKeyMaterial"
    case .incompatibleImport: "incompatibleImport"
    case .wrongOrigin: "wrongOrigin"
    case .invalidExpiry: "invalidExpiry"
    case .singleMaterial: "singleMaterial"
    case .otherMaterialPending: "otherMaterialPending"
    case .noMaterialPending: "noMaterialPending"
    case .materialNotFound: "materialNotFound"
    case .materialNotExpired: "materialNotExpired"
    case .rotationUnsupported: "rotationUnsupported"
    case .rotationImminent: "rotationImminent"
    case .rotationNotDue: "rotationNotDue"
    case .tooManyRotations: "tooManyRotations"
    case .tooManyReplicas: "tooManyReplicas"
    case .keyNotPrimary: "keyNotPrimary"
    case .keyNotReplica: "keyNotReplica"
    case .relatedKeyExists: "relatedKeyExists"
    case .grantNotFound: "grantNotFound"
    case .invalidGrantToken: "invalidGrantToken"
    case .unsupportedGrantOperation: "unsupportedGrantOperation"
    case .unsupportedGrantConstraint: "unsupportedGrantConstraint"
    case .tooManyGrants: "tooManyGrants"
    case .customKeyStore(let fault): fault.code
    case .identity(let fault): fault.code
    case .session(let fault): fault.code
    case .vault(let fault): fault.code
    case .object(let fault): fault.code
    case .attestation(let fault): "attestation." + fault.rawValue
    case .tooManyKeys: "tooManyKeys"
    case .cryptography(let fault): "cryptography." + fault.rawValue
    case .throttled: "throttled"
    case .seedContradiction(let what): "seedContradiction." + what.rawValue
    case .tooManyTags: "tooManyTags"
    case .tooManyAliases: "tooManyAliases"
    case .invalidMarker: "invalidMarker"
    case .dryRun: "dryRun"
    case .contention: "contention"
    case .corrupt(let what): "corrupt." + what.rawValue
    case .storeUnavailable: "storeUnavailable"
    case .auditUnavailable: "auditUnavailable"
    case .custodyUnavailable: "custodyUnavailable"
    case .permitMismatch: "permitMismatch"
    }
  }
}
