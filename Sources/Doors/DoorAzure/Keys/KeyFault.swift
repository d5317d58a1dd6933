import KMSDomain

/// What is wrong with a request about a key that the engine can't know of, or that its own words say too little of.
enum KeyFault: Error, Hashable, Sendable {
  /// A member is missing, malformed or doesn't fit the others; the text is for the caller.
  case badParameter(String)
  /// The key isn't for that, or not now.
  case forbidden(KeyOperation)
  /// The text is for the caller.
  case unsupported(String)
}

extension KeyFault {
  static func missing(_ name: String) -> KeyFault { .badParameter("Property \(name) is required.") }
  static func invalid(_ name: String) -> KeyFault { .badParameter("Property \(name) has invalid value.") }

  var message: String {
    switch self {
    case .badParameter(let text), .unsupported(let text): text
    case .forbidden(let operation): "Operation \(operation.rawValue) is not permitted on this key."
    }
  }

  /// The fault as an error that goes through the engine; see `ObjectFault.refused`.
  var asError: KMSError {
    switch self {
    case .badParameter(let text): .object(.refused(reason: Reason.badParameter.rawValue, text))
    case .unsupported(let text): .object(.refused(reason: Reason.unsupported.rawValue, text))
    case .forbidden(let operation):
      .object(.refused(reason: Reason.forbidden.rawValue, operation.rawValue))
    }
  }

  /// The fault that went through the engine; nil for other errors.
  init?(_ error: KMSError) {
    guard case .object(.refused(let number, let text)) = error, let reason = Reason(rawValue: number) else {
      return nil
    }
    switch reason {
    case .badParameter: self = .badParameter(text)
    case .unsupported: self = .unsupported(text)
    case .forbidden:
      guard let operation = KeyOperation(rawValue: text) else { return nil }
      self = .forbidden(operation)
    }
  }

  /// In audit records.
  private enum Reason: UInt32 {
    case badParameter = 400
    case forbidden = 403
    case unsupported = 501
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
}
