import KMSDomain

/// What is wrong with a request about a key that the engine can't know of, or that its own words say too little of.
enum KeyFault: Error, Hashable, Sendable {
  /// A member is missing, malformed or doesn't fit the others; the text is for the caller.
  case badParameter(String)
  /// The text is for the caller.
  case unsupported(String)
  /// Of a name that managed HSMs have a code of their own for.
  case unsupportedCurve(String)
  case forbidden(KeyOperation, Bar)
  /// A key isn't released to an environment.
  case unattested(Lack)

  /// Why a key isn't for something.
  enum Bar: UInt32, CaseIterable, Sendable {
    /// Its owner has left it out.
    case notPermitted = 1
    case disabled = 2
    /// Before the moment from which on it may be used so, or after the one until which it may.
    case outsideDates = 3
  }
}

extension KeyFault {
  /// What an environment lacks.
  enum Lack: UInt32, CaseIterable, Sendable {
    /// A word of an authority that this server trusts, and that is good now.
    case unverified = 1
    /// What the key's release policy demands.
    case unmet = 2
  }

  static func missing(_ name: String) -> KeyFault { .badParameter("Property \(name) is required.") }
  static func invalid(_ name: String) -> KeyFault { .badParameter("Property \(name) has invalid value.") }
  /// Nobody is told more: whoever can ask often enough would learn the plaintext from it.
  static let incorrect = KeyFault.badParameter("The parameter is incorrect.")

  var message: String {
    switch self {
    case .badParameter(let text), .unsupported(let text): text
    case .unsupportedCurve(let name): "The curve \(name) is not supported."
    case .forbidden(let operation, .notPermitted):
      "Operation \(operation.rawValue) is not permitted on this key."
    case .forbidden(let operation, .disabled):
      "Operation \(operation.rawValue) is not allowed on a disabled key."
    case .forbidden(let operation, .outsideDates):
      "Operation \(operation.rawValue) is not allowed on an expired or not yet valid key."
    case .unattested(.unverified): "Target environment attestation statement cannot be verified."
    case .unattested(.unmet):
      "Target environment attestation does not meet key release policy requirements."
    }
  }

  var status: Int {
    switch self {
    case .badParameter, .unsupported, .unsupportedCurve: 400
    case .forbidden, .unattested: 403
    }
  }

  var code: String {
    switch self {
    case .badParameter: "BadParameter"
    case .unsupported: "NotSupported"
    case .unsupportedCurve: "KeyCurveNotSupported"
    case .forbidden, .unattested: "Forbidden"
    }
  }

  var innerCode: String? {
    switch self {
    case .badParameter, .unsupported, .unsupportedCurve, .unattested: nil
    case .forbidden(_, .notPermitted): "KeyOperationForbidden"
    case .forbidden(_, .disabled): "KeyDisabled"
    case .forbidden(_, .outsideDates): "KeyNotYetValidOrExpired"
    }
  }
}

// MARK: - Through the engine

extension KeyFault {
  /// In audit records.
  private enum Reason: UInt32 {
    case badParameter = 400
    case unsupported = 501
    case unsupportedCurve = 502
    /// And what bars it.
    case forbidden = 4030
    /// And what is lacking.
    case unattested = 4040
  }

  /// The fault as an error that goes through the engine; see `ObjectFault.refused`.
  var asError: KMSError {
    switch self {
    case .badParameter(let text): .object(.refused(reason: Reason.badParameter.rawValue, text))
    case .unsupported(let text): .object(.refused(reason: Reason.unsupported.rawValue, text))
    case .unsupportedCurve(let name): .object(.refused(reason: Reason.unsupportedCurve.rawValue, name))
    case .forbidden(let operation, let bar):
      .object(.refused(reason: Reason.forbidden.rawValue + bar.rawValue, operation.rawValue))
    case .unattested(let lack):
      .object(.refused(reason: Reason.unattested.rawValue + lack.rawValue, message))
    }
  }

  /// Runs what may find a fault in the engine's midst.
  static func passing<Result>(
    _ body: () throws(KeyFault) -> Result
  ) throws(KMSError) -> Result {
    do throws(KeyFault) {
      return try body()
    } catch {
      throw error.asError
    }
  }

  /// What went wrong at the engine, in the words for keys; nil for what is the same wherever it happens.
  init?(_ error: KMSError, doing operation: KeyOperation?) {
    if let bar = KeyFault.bar(error), let operation {
      self = .forbidden(operation, bar)
    } else if case .object(.refused(let reason, let text)) = error, let fault = KeyFault(reason: reason, text)
    {
      self = fault
    } else if case .cryptography(let fault) = error {
      self = .badParameter(KeyFault.text(of: fault))
    } else if case .unsupportedAlgorithm(let text) = error {
      self = .unsupported(text)
    } else if error == .invalidCiphertext {
      self = .incorrect
    } else if error == .incorrectKeyMaterial {
      self = .invalid("key")
    } else if case .incompatibleAlgorithm = error {
      self = .invalid("alg")
    } else if case .invalidDigestLength = error {
      self = .invalid("external_mu")
    } else {
      return nil
    }
  }

  private static func bar(_ error: KMSError) -> Bar? {
    if case .invalidKeyUsage = error { return .notPermitted }
    if case .object(.outsideDates) = error { return .outsideDates }
    if case .keyDisabled = error { return .disabled }
    return nil
  }

  private init?(reason: UInt32, _ text: String) {
    switch Reason(rawValue: reason) {
    case .badParameter: self = .badParameter(text)
    case .unsupported: self = .unsupported(text)
    case .unsupportedCurve: self = .unsupportedCurve(text)
    case .forbidden, .unattested, nil:
      if reason > Reason.unattested.rawValue, let lack = Lack(rawValue: reason - Reason.unattested.rawValue) {
        self = .unattested(lack)
        return
      }
      guard reason > Reason.forbidden.rawValue, let bar = Bar(rawValue: reason - Reason.forbidden.rawValue),
        let operation = KeyOperation(rawValue: text)
      else { return nil }
      self = .forbidden(operation, bar)
    }
  }

  private static func text(of fault: CryptoFault) -> String {
    switch fault {
    case .missingIV: "Property iv is required."
    case .ivLength: "Property iv has invalid value."
    case .missingTag: "Property tag is required."
    case .tagLength: "Property tag has invalid value."
    case .associatedData: "Property aad is not used by this algorithm."
    case .dataLength, .digestLength: "Property value has an invalid length."
    case .keyKind, .padding, .saltLength, .hash, .outputLength, .iterations, .form, .sharing, .shares,
      .notExportable, .streamEnded, .streamTooLong:
      "The parameter is incorrect."
    }
  }
}
