/// What a call of PKCS#11 returned when it didn't succeed (CKR_…, PKCS#11 2.40 section 3).
package struct ReturnCode: Error, Hashable, Sendable, CustomStringConvertible {
  package let rawValue: UInt

  package init(_ rawValue: UInt) { self.rawValue = rawValue }

  /// The standard's name; codes of vendors and later standards in hex.
  package var description: String { ReturnCode.names[rawValue] ?? "CKR_0x" + String(rawValue, radix: 16) }

  static func check(_ code: UInt) throws(ReturnCode) {
    guard code == 0 else { throw ReturnCode(code) }
  }

  /// Whether it says of the data that it isn't what the key made.
  var rejectsData: Bool {
    self == .encryptedDataInvalid || self == .encryptedDataLengthRange || self == .dataInvalid
      || self == .dataLengthRange || self == .wrappedKeyInvalid || self == .wrappedKeyLengthRange
  }

  /// Whether it may say so: some modules have one code for this and for trouble of their own.
  var mayRejectData: Bool { self == .generalError || self == .functionFailed }

  /// Whether it says that the token has no such keys, functions or parameters of them: CKR_ARGUMENTS_BAD,
  /// FUNCTION_NOT_SUPPORTED, KEY_SIZE_RANGE, KEY_TYPE_INCONSISTENT, KEY_FUNCTION_NOT_PERMITTED, MECHANISM_INVALID,
  /// MECHANISM_PARAM_INVALID, DOMAIN_PARAMS_INVALID, CURVE_NOT_SUPPORTED.
  var saysUnsupported: Bool {
    [0x07, 0x54, 0x62, 0x63, 0x68, 0x70, 0x71, 0x130, 0x140].contains(rawValue)
  }

  package static let hostMemory = ReturnCode(0x02)
  package static let slotIDInvalid = ReturnCode(0x03)
  package static let generalError = ReturnCode(0x05)
  package static let functionFailed = ReturnCode(0x06)
  package static let argumentsBad = ReturnCode(0x07)
  package static let attributeSensitive = ReturnCode(0x11)
  package static let attributeTypeInvalid = ReturnCode(0x12)
  package static let dataInvalid = ReturnCode(0x20)
  package static let dataLengthRange = ReturnCode(0x21)
  package static let deviceError = ReturnCode(0x30)
  package static let deviceMemory = ReturnCode(0x31)
  package static let deviceRemoved = ReturnCode(0x32)
  package static let encryptedDataInvalid = ReturnCode(0x40)
  package static let encryptedDataLengthRange = ReturnCode(0x41)
  package static let keyHandleInvalid = ReturnCode(0x60)
  package static let mechanismInvalid = ReturnCode(0x70)
  package static let mechanismParamInvalid = ReturnCode(0x71)
  package static let objectHandleInvalid = ReturnCode(0x82)
  package static let operationActive = ReturnCode(0x90)
  package static let operationNotInitialized = ReturnCode(0x91)
  package static let pinIncorrect = ReturnCode(0xA0)
  package static let pinInvalid = ReturnCode(0xA1)
  package static let pinLengthRange = ReturnCode(0xA2)
  package static let pinExpired = ReturnCode(0xA3)
  package static let pinLocked = ReturnCode(0xA4)
  package static let sessionClosed = ReturnCode(0xB0)
  package static let sessionCount = ReturnCode(0xB1)
  package static let sessionHandleInvalid = ReturnCode(0xB3)
  package static let sessionReadOnly = ReturnCode(0xB5)
  package static let tokenNotPresent = ReturnCode(0xE0)
  package static let tokenNotRecognized = ReturnCode(0xE1)
  package static let tokenWriteProtected = ReturnCode(0xE2)
  package static let userAlreadyLoggedIn = ReturnCode(0x100)
  package static let userNotLoggedIn = ReturnCode(0x101)
  package static let userPINNotInitialized = ReturnCode(0x102)
  package static let wrappedKeyInvalid = ReturnCode(0x110)
  package static let wrappedKeyLengthRange = ReturnCode(0x112)
  package static let cryptokiNotInitialized = ReturnCode(0x190)
  package static let cryptokiAlreadyInitialized = ReturnCode(0x191)

  private static let names: [UInt: String] = [
    0x01: "CKR_CANCEL", 0x02: "CKR_HOST_MEMORY", 0x03: "CKR_SLOT_ID_INVALID", 0x05: "CKR_GENERAL_ERROR",
    0x06: "CKR_FUNCTION_FAILED", 0x07: "CKR_ARGUMENTS_BAD", 0x08: "CKR_NO_EVENT",
    0x09: "CKR_NEED_TO_CREATE_THREADS", 0x0A: "CKR_CANT_LOCK", 0x10: "CKR_ATTRIBUTE_READ_ONLY",
    0x11: "CKR_ATTRIBUTE_SENSITIVE", 0x12: "CKR_ATTRIBUTE_TYPE_INVALID",
    0x13: "CKR_ATTRIBUTE_VALUE_INVALID", 0x1B: "CKR_ACTION_PROHIBITED", 0x20: "CKR_DATA_INVALID",
    0x21: "CKR_DATA_LEN_RANGE", 0x30: "CKR_DEVICE_ERROR", 0x31: "CKR_DEVICE_MEMORY",
    0x32: "CKR_DEVICE_REMOVED", 0x40: "CKR_ENCRYPTED_DATA_INVALID", 0x41: "CKR_ENCRYPTED_DATA_LEN_RANGE",
    0x50: "CKR_FUNCTION_CANCELED", 0x51: "CKR_FUNCTION_NOT_PARALLEL", 0x54: "CKR_FUNCTION_NOT_SUPPORTED",
    0x60: "CKR_KEY_HANDLE_INVALID", 0x62: "CKR_KEY_SIZE_RANGE", 0x63: "CKR_KEY_TYPE_INCONSISTENT",
    0x64: "CKR_KEY_NOT_NEEDED", 0x65: "CKR_KEY_CHANGED", 0x66: "CKR_KEY_NEEDED",
    0x67: "CKR_KEY_INDIGESTIBLE", 0x68: "CKR_KEY_FUNCTION_NOT_PERMITTED", 0x69: "CKR_KEY_NOT_WRAPPABLE",
    0x6A: "CKR_KEY_UNEXTRACTABLE", 0x70: "CKR_MECHANISM_INVALID", 0x71: "CKR_MECHANISM_PARAM_INVALID",
    0x82: "CKR_OBJECT_HANDLE_INVALID", 0x90: "CKR_OPERATION_ACTIVE", 0x91: "CKR_OPERATION_NOT_INITIALIZED",
    0xA0: "CKR_PIN_INCORRECT", 0xA1: "CKR_PIN_INVALID", 0xA2: "CKR_PIN_LEN_RANGE", 0xA3: "CKR_PIN_EXPIRED",
    0xA4: "CKR_PIN_LOCKED", 0xB0: "CKR_SESSION_CLOSED", 0xB1: "CKR_SESSION_COUNT",
    0xB3: "CKR_SESSION_HANDLE_INVALID", 0xB4: "CKR_SESSION_PARALLEL_NOT_SUPPORTED",
    0xB5: "CKR_SESSION_READ_ONLY", 0xB6: "CKR_SESSION_EXISTS", 0xB7: "CKR_SESSION_READ_ONLY_EXISTS",
    0xB8: "CKR_SESSION_READ_WRITE_SO_EXISTS", 0xC0: "CKR_SIGNATURE_INVALID",
    0xC1: "CKR_SIGNATURE_LEN_RANGE", 0xD0: "CKR_TEMPLATE_INCOMPLETE", 0xD1: "CKR_TEMPLATE_INCONSISTENT",
    0xE0: "CKR_TOKEN_NOT_PRESENT", 0xE1: "CKR_TOKEN_NOT_RECOGNIZED", 0xE2: "CKR_TOKEN_WRITE_PROTECTED",
    0xF0: "CKR_UNWRAPPING_KEY_HANDLE_INVALID", 0xF1: "CKR_UNWRAPPING_KEY_SIZE_RANGE",
    0xF2: "CKR_UNWRAPPING_KEY_TYPE_INCONSISTENT", 0x100: "CKR_USER_ALREADY_LOGGED_IN",
    0x101: "CKR_USER_NOT_LOGGED_IN", 0x102: "CKR_USER_PIN_NOT_INITIALIZED", 0x103: "CKR_USER_TYPE_INVALID",
    0x104: "CKR_USER_ANOTHER_ALREADY_LOGGED_IN", 0x105: "CKR_USER_TOO_MANY_TYPES",
    0x110: "CKR_WRAPPED_KEY_INVALID", 0x112: "CKR_WRAPPED_KEY_LEN_RANGE",
    0x113: "CKR_WRAPPING_KEY_HANDLE_INVALID", 0x114: "CKR_WRAPPING_KEY_SIZE_RANGE",
    0x115: "CKR_WRAPPING_KEY_TYPE_INCONSISTENT", 0x120: "CKR_RANDOM_SEED_NOT_SUPPORTED",
    0x121: "CKR_RANDOM_NO_RNG", 0x130: "CKR_DOMAIN_PARAMS_INVALID", 0x140: "CKR_CURVE_NOT_SUPPORTED",
    0x150: "CKR_BUFFER_TOO_SMALL", 0x160: "CKR_SAVED_STATE_INVALID", 0x170: "CKR_INFORMATION_SENSITIVE",
    0x180: "CKR_STATE_UNSAVEABLE", 0x190: "CKR_CRYPTOKI_NOT_INITIALIZED",
    0x191: "CKR_CRYPTOKI_ALREADY_INITIALIZED", 0x1A0: "CKR_MUTEX_BAD", 0x1A1: "CKR_MUTEX_NOT_LOCKED",
    0x1B0: "CKR_NEW_PIN_MODE", 0x1B1: "CKR_NEXT_OTP", 0x1C0: "CKR_EXCEEDED_MAX_ITERATIONS",
    0x1C1: "CKR_FIPS_SELF_TEST_FAILED", 0x1C2: "CKR_LIBRARY_LOAD_FAILED", 0x1C3: "CKR_PIN_TOO_WEAK",
    0x1C4: "CKR_PUBLIC_KEY_INVALID", 0x200: "CKR_FUNCTION_REJECTED",
  ]
}
