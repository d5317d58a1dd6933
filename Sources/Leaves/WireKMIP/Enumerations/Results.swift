extension KMIP {
  /// How an operation ended (KMIP 2.1 section 11.47).
  package enum ResultStatus: UInt32, KMIPEnumeration {
    case success = 0x0
    case operationFailed = 0x1
    case operationPending = 0x2
    case operationUndone = 0x3

    package static let tag = KMIPTag.resultStatus
  }

  /// Why an operation failed (KMIP 2.1 section 11.46).
  package enum ResultReason: UInt32, KMIPEnumeration {
    case itemNotFound = 0x1
    case responseTooLarge = 0x2
    case authenticationNotSuccessful = 0x3
    case invalidMessage = 0x4
    case operationNotSupported = 0x5
    case missingData = 0x6
    case invalidField = 0x7
    case featureNotSupported = 0x8
    case operationCanceledByRequester = 0x9
    case cryptographicFailure = 0xA
    case illegalOperation = 0xB
    case permissionDenied = 0xC
    case objectArchived = 0xD
    case indexOutOfBounds = 0xE
    case applicationNamespaceNotSupported = 0xF
    case keyFormatTypeNotSupported = 0x10
    case keyCompressionTypeNotSupported = 0x11
    case encodingOptionError = 0x12
    case keyValueNotPresent = 0x13
    case attestationRequired = 0x14
    case attestationFailed = 0x15
    case sensitive = 0x16
    case notExtractable = 0x17
    case objectAlreadyExists = 0x18
    case invalidTicket = 0x19
    case usageLimitExceeded = 0x1A
    case numericRange = 0x1B
    case invalidDataType = 0x1C
    case readOnlyAttribute = 0x1D
    case multiValuedAttribute = 0x1E
    case unsupportedAttribute = 0x1F
    case attributeInstanceNotFound = 0x20
    case attributeNotFound = 0x21
    case attributeReadOnly = 0x22
    case attributeSingleValued = 0x23
    case badCryptographicParameters = 0x24
    case badPassword = 0x25
    case codecError = 0x26
    case illegalObjectType = 0x28
    case incompatibleCryptographicUsageMask = 0x29
    case internalServerError = 0x2A
    case invalidAsynchronousCorrelationValue = 0x2B
    case invalidAttribute = 0x2C
    case invalidAttributeValue = 0x2D
    case invalidCorrelationValue = 0x2E
    case invalidCSR = 0x2F
    case invalidObjectType = 0x30
    case keyWrapTypeNotSupported = 0x32
    case missingInitializationVector = 0x34
    case nonUniqueNameAttribute = 0x35
    case objectDestroyed = 0x36
    case objectNotFound = 0x37
    case notAuthorised = 0x39
    case serverLimitExceeded = 0x3A
    case unknownEnumeration = 0x3B
    case unknownMessageExtension = 0x3C
    case unknownTag = 0x3D
    case unsupportedCryptographicParameters = 0x3E
    case unsupportedProtocolVersion = 0x3F
    case wrappingObjectArchived = 0x40
    case wrappingObjectDestroyed = 0x41
    case wrappingObjectNotFound = 0x42
    case wrongKeyLifecycleState = 0x43
    case protectionStorageUnavailable = 0x44
    case pkcs11CodecError = 0x45
    case pkcs11InvalidFunction = 0x46
    case pkcs11InvalidInterface = 0x47
    case privateProtectionStorageUnavailable = 0x48
    case publicProtectionStorageUnavailable = 0x49
    case unknownObjectGroup = 0x4A
    case constraintViolation = 0x4B
    case duplicateProcessRequest = 0x4C
    case generalFailure = 0x100

    package static let tag = KMIPTag.resultReason
  }
}
