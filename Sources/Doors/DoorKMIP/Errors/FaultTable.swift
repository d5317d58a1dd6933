import KMSDomain
import WireKMIP

extension KMIPFault {
  /// The one table from the engine's errors to KMIP's reasons.
  init(_ error: KMSError) {
    switch error {
    case .keyNotFound, .aliasNotFound, .ciphertextKeyInaccessible: self = .noObject
    case .keyDestroyed: self.init(.objectDestroyed, "The object has been destroyed.")
    case .denied: self.init(.permissionDenied, "The client may not do this.")
    case .keyDisabled, .keyPendingDeletion, .keyNotPendingDeletion, .keyPendingImport:
      self.init(.wrongKeyLifecycleState, "The object isn't in a state that allows this.")
    case .object(let fault): self.init(fault)
    case .cryptography(let fault): self.init(fault)
    case .invalidCiphertext, .incorrectKey, .invalidSignature, .invalidMAC:
      self.init(.cryptographicFailure, "The data can't be processed with this key.")
    case .invalidKeyUsage:
      self.init(
        .incompatibleCryptographicUsageMask, "The object's cryptographic usage mask doesn't allow this.")
    case .noPublicKey, .incompatibleAlgorithm, .incompatibleMessageForm, .contextUnsupported:
      self.init(
        .unsupportedCryptographicParameters, "The object can't be used with these cryptographic parameters.")
    case .unsupportedAlgorithm(let reason): self.init(.unsupportedCryptographicParameters, reason)
    case .incorrectKeyMaterial, .invalidPublicKey:
      self.init(.invalidField, "The key material isn't of the kind that it should be.")
    case .invalidDigestLength, .plaintextTooLong:
      self.init(.invalidField, "The data has a length that this key can't process.")
    case .tooManyTags, .tooManyAliases, .tooManyKeys, .throttled, .tooBusy, .tooManyGrants, .tooManyRotations,
      .tooManyReplicas:
      self.init(.serverLimitExceeded, "That is more than the server takes.")
    case .aliasExists: self.init(.nonUniqueNameAttribute, "The name is taken.")
    case .policyLockout, .malformedPolicy, .aliasTargetMismatch, .keyNotPrimary, .keyNotReplica,
      .relatedKeyExists, .invalidImportToken, .expiredImportToken, .incompatibleImport, .wrongOrigin,
      .invalidExpiry, .singleMaterial, .otherMaterialPending, .noMaterialPending, .materialNotFound,
      .materialNotExpired, .rotationUnsupported, .rotationImminent, .rotationNotDue, .grantNotFound,
      .invalidGrantToken, .unsupportedGrantOperation, .unsupportedGrantConstraint, .customKeyStore,
      .identity, .session, .vault, .attestation, .seedContradiction, .invalidMarker, .dryRun:
      self.init(.illegalOperation, "The object doesn't allow this.")
    case .contention, .corrupt, .storeUnavailable, .auditUnavailable, .custodyUnavailable, .permitMismatch:
      self.init(.internalServerError, "The server failed; its log says why.")
    }
  }

  private init(_ fault: ObjectFault) {
    switch fault {
    case .nameTaken: self.init(.nonUniqueNameAttribute, "The name is taken.")
    case .outsideDates: self.init(.wrongKeyLifecycleState, "The object may not be used so at this time.")
    // The reason of that name is for allocations: a use beyond the limit isn't permitted, as the profiles' cases have it.
    case .limitReached: self.init(.permissionDenied, "The object has been used as often as it may be.")
    case .archived: self.init(.objectArchived, "The object is in the archive.")
    case .notExportable: self.init(.notExtractable, "The object's material stays in the server.")
    case .noMaterial: self.init(.keyValueNotPresent, "The server doesn't have the object's material.")
    case .wrongState: self.init(.wrongKeyLifecycleState, "The object isn't in a state that allows this.")
    case .refused(let number, let text): self.init(number: number, text)
    }
  }

  /// The fault as an error that goes through the engine; see `ObjectFault.refused`.
  var asError: KMSError { .object(.refused(reason: number, message)) }

  /// The reason in a client's version. What 2.x tells apart is mostly one and the same before.
  func reason(in version: KMIPVersion) -> KMIP.ResultReason {
    // There is a reason of its own for it in 2.x, and the profiles' cases have this one in all versions.
    if reason == .missingInitializationVector { return .invalidMessage }
    guard version < .v2_1 else { return reason }
    if version < .v2_0, let older {
      return KMIPRegistry.isKnown(older, in: version) ? older : .generalFailure
    }
    switch reason {
    // 2.0 has the reason too, and its profiles' cases have kept the old one.
    case .wrongKeyLifecycleState: return .permissionDenied
    case .attributeReadOnly, .incompatibleCryptographicUsageMask, .readOnlyAttribute:
      return version < .v2_0 ? .permissionDenied : reason
    case .attributeSingleValued, .nonUniqueNameAttribute: return version < .v2_0 ? .invalidField : reason
    // What was there isn't there any more, until the profiles began to tell the state apart from that.
    case .objectDestroyed:
      return version < .v1_3 ? .itemNotFound : version < .v2_0 ? .permissionDenied : reason
    case .objectNotFound, .attributeNotFound, .attributeInstanceNotFound,
      .invalidAsynchronousCorrelationValue, .invalidCorrelationValue:
      return version < .v2_0 ? .itemNotFound : reason
    case .invalidTicket, .badPassword: return version < .v2_0 ? .authenticationNotSuccessful : reason
    case .unsupportedProtocolVersion, .invalidMessage: return .invalidMessage
    case .unsupportedCryptographicParameters, .badCryptographicParameters, .invalidAttribute,
      .invalidAttributeValue, .illegalObjectType, .invalidObjectType, .unsupportedAttribute,
      .invalidDataType, .unknownEnumeration, .multiValuedAttribute, .numericRange:
      return version < .v2_0 ? .invalidField : reason
    case .internalServerError, .serverLimitExceeded: return version < .v2_0 ? .generalFailure : reason
    case .wrappingObjectNotFound, .wrappingObjectDestroyed: return version < .v2_0 ? .itemNotFound : reason
    case .wrappingObjectArchived: return version < .v2_0 ? .objectArchived : reason
    case .sensitive, .notExtractable: return version < .v1_4 ? .permissionDenied : reason
    case .keyWrapTypeNotSupported: return version < .v2_0 ? .featureNotSupported : reason
    case .invalidCSR: return version < .v2_0 ? .invalidField : reason
    case .keyValueNotPresent: return version < .v1_2 ? .permissionDenied : reason
    case .usageLimitExceeded: return version < .v1_4 ? .permissionDenied : reason
    default: break
    }
    return KMIPRegistry.isKnown(reason, in: version) ? reason : .generalFailure
  }
}

extension KMIPFault {
  private init(_ fault: CryptoFault) {
    switch fault {
    case .missingIV: self.init(.missingInitializationVector, "An IV, counter or nonce is missing.")
    case .notExportable: self.init(.notExtractable, "The object's material stays in the server.")
    case .tagLength, .ivLength:
      self.init(.generalFailure, "The cryptographic parameters don't fit: \(fault.rawValue).")
    case .missingTag, .dataLength, .streamEnded, .streamTooLong, .shares, .outputLength:
      self.init(.cryptographicFailure, "The data can't be processed so: \(fault.rawValue).")
    case .keyKind, .associatedData, .padding, .digestLength, .saltLength, .hash, .iterations, .form, .sharing:
      self.init(.badCryptographicParameters, "The cryptographic parameters don't fit: \(fault.rawValue).")
    }
  }
}
