import KMSSystem

/// Why a token doesn't do what it should, in words for the operator.
package enum HSMFault: Error, Equatable, CustomStringConvertible {
  case noModule(path: String, reason: String)
  /// The module has no token of that label or serial number; what it has instead.
  case noToken(TokenChoice, present: [String])
  case severalTokens(TokenChoice)
  /// A key is on the token with this serial number, not on the one in use.
  case otherToken(serial: String)
  case uninitialised(TokenChoice)
  case noPIN(TokenChoice)
  case wrongPIN(TokenChoice)
  case lockedPIN(TokenChoice)
  /// The source of the PIN can't be read.
  case unreadablePIN(String)
  /// The token is write-protected, or gave a session that may only read, and something was to be written.
  case readOnly(TokenChoice)
  case missingMechanism(String)
  /// No object of that identifier is on the token.
  case missingKey(String)
  /// The key could leave the token.
  case extractable(String)
  /// All sessions are in use, and so many wait that this isn't taken on too.
  case busy
  /// It didn't answer within the deadline.
  case slow
  /// A call failed, and neither a new session nor a new login helped.
  case failed(ReturnCode)

  package var description: String {
    switch self {
    case .noModule(let path, let reason): "\(path) cannot be used as a PKCS#11 module: \(reason)"
    case .noToken(let choice, let present):
      "there is no token with \(choice)"
        + (present.isEmpty ? ": the module has no token" : "; there are \(present.joined(separator: ", "))")
    case .severalTokens(let choice): "more than one token has \(choice): name it by its serial number"
    case .otherToken(let serial):
      "a key is on the token with the serial number \(serial), which is not in use"
    case .uninitialised(let choice): "the token with \(choice) is not initialised"
    case .noPIN(let choice): "the token with \(choice) has no user PIN"
    case .wrongPIN(let choice):
      "the PIN of the token with \(choice) is wrong; it is not tried twice, because tokens lock themselves"
    case .lockedPIN(let choice): "the PIN of the token with \(choice) is locked"
    case .unreadablePIN(let reason): reason
    case .readOnly(let choice): "the token with \(choice) can only be read"
    case .missingMechanism(let what): "the token has no \(what)"
    case .missingKey(let name): "the key \(name) is not on the token"
    case .extractable(let name):
      "the key \(name) could leave the token: it is not the one that was made there"
    case .busy: "all sessions of the token are in use"
    case .slow: "the token did not answer in time"
    case .failed(let code): "the token answered \(code)"
    }
  }
}

extension HSMFault {
  /// The same, said of the token where its code says that it can only be read.
  func named(_ choice: TokenChoice) -> HSMFault {
    self == .failed(.tokenWriteProtected) || self == .failed(.sessionReadOnly) ? .readOnly(choice) : self
  }
}

/// Which token is meant.
package enum TokenChoice: Hashable, Sendable, CustomStringConvertible {
  case label(String)
  case serial(String)

  package var description: String {
    switch self {
    case .label(let label): "the label \"\(label)\""
    case .serial(let serial): "the serial number \(serial)"
    }
  }

  func matches(_ token: TokenInfo) -> Bool {
    switch self {
    case .label(let label): token.label == label
    case .serial(let serial): token.serial == serial
    }
  }
}
