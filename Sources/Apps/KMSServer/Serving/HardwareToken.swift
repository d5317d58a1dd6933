import CustodyPKCS11
import CustodySoftware
import KMSDomain
import Logging

/// The token that a configuration names, for whatever is kept on it.
struct HardwareToken: Sendable {
  let awaited: AwaitedToken

  /// For a server, which doesn't wait for it.
  /// - Returns: nil when no token is named.
  /// - Throws: `Problem` with what is wrong with it and won't pass by itself: a wrong PIN, for one.
  static func find(
    _ configuration: Configuration, variables: SecretVariables
  ) throws -> HardwareToken? {
    guard let settings = configuration.pkcs11 else { return nil }
    try startLibrary()
    return try naming { () throws(HSMFault) in
      HardwareToken(awaited: try AwaitedToken { () throws(HSMFault) in try open(settings, variables) })
    }
  }

  /// What it is, for operators.
  /// - Returns: nil when no token is named.
  /// - Throws: `Problem` also when it is away.
  static func summary(_ configuration: Configuration, variables: SecretVariables) throws -> String? {
    guard let settings = configuration.pkcs11 else { return nil }
    try startLibrary()
    let token = try naming { () throws(HSMFault) in try open(settings, variables) }
    return "\"\(token.info.label)\", serial number \(token.info.serial), \(token.provider)"
  }

  /// The module may bring the library along, which has to be started in our way first.
  private static func startLibrary() throws(SealError) {
    guard OpenSSL.start() else { throw .cryptoUnavailable }
  }

  private static func naming<Result>(_ body: () throws(HSMFault) -> Result) throws -> Result {
    do throws(HSMFault) {
      return try body()
    } catch {
      throw Problem("the PKCS#11 token can't be used: \(error)", remedy: error.remedy)
    }
  }

  /// A seal by a key on a token. The token is asked for anew each time, for it may come and go.
  static func seal(_ settings: Configuration.PKCS11, _ variables: SecretVariables) -> any Seal {
    DeviceSeal { () throws(SealError) -> any RootDevice in
      try requirePIN(settings, variables)
      guard OpenSSL.start() else { throw .cryptoUnavailable }
      do throws(HSMFault) {
        return TokenRootDevice(try open(settings, variables))
      } catch {
        throw SealError(DeviceFault(error))
      }
    }
  }

  /// - Throws: `needsPeople` where people type the PIN and nobody did yet.
  static func requirePIN(
    _ settings: Configuration.PKCS11?, _ variables: SecretVariables
  ) throws(SealError) {
    guard let settings, settings.pin == .prompt, !variables.pin.isThere else { return }
    throw .needsPeople(.pkcs11)
  }

  private static func open(
    _ settings: Configuration.PKCS11, _ variables: SecretVariables
  ) throws(HSMFault) -> Token {
    let choice: TokenChoice =
      switch settings.token {
      case .label(let label): .label(label)
      case .serial(let serial): .serial(serial)
      }
    let pin: PINSource =
      switch settings.pin {
      case .file(let path): .file(path)
      case .variable(let name):
        .supplied { () throws(HSMFault) -> Payload in
          guard let secret = variables.payload(of: name) else {
            throw .unreadablePIN("the environment variable \(name) that holds the PIN is not set")
          }
          return secret
        }
      case .prompt:
        .supplied { () throws(HSMFault) -> Payload in
          guard let secret = variables.pin.copy() else {
            throw .unreadablePIN("the PIN is to be typed, and nobody typed it")
          }
          return secret
        }
      }
    let limits = Token.Limits(
      sessions: settings.sessions, line: settings.queue, deadline: settings.deadline.milliseconds)
    return try Token(try Module(path: settings.module), choice, pin: pin, writes: true, limits: limits)
  }

  /// Why it can't be used; nil when it can.
  var fault: String? { awaited.fault.map { "\($0)" } }

  /// Looks for it, or whether it still answers.
  func look(_ logger: Logger) {
    awaited.look { fault in
      if let fault {
        logger.warning("the token is away", metadata: ["cause": "\(fault)"])
      } else {
        logger.notice("the token is there")
      }
    }
  }

  /// What custody needs to know of it.
  func keys(
    _ place: Configuration.KeyPlace, _ faults: any FaultLog, book: IntentionBook?
  ) -> KeysElsewhere {
    let device = TokenKeyDevice(awaited) { fault in faults.record("token: \(fault)", request: nil) }
    return KeysElsewhere(device, takesNewKeys: place == .hsm, book: book)
  }
}

extension Duration {
  fileprivate var milliseconds: Int {
    let (seconds, rest) = components
    return Int(clamping: seconds) * 1000 + Int(clamping: rest / 1_000_000_000_000_000)
  }
}

extension HSMFault {
  var remedy: String {
    switch self {
    case .noModule: "set pkcs11.module to the file of an installed module"
    case .noToken, .severalTokens, .otherToken:
      "set pkcs11.token or pkcs11.serial; pkcs11-tool --list-slots shows what there is"
    case .uninitialised, .noPIN: "initialise the token and its user PIN: see docs/operations/hsm.md"
    case .wrongPIN, .unreadablePIN:
      "see to what pkcs11.pin-file or pkcs11.pin-variable names, or type it again"
    case .lockedPIN: "have the security officer unlock it: see docs/operations/hsm.md"
    case .readOnly: "use a token that can be written to"
    case .missingMechanism: "use a token that has it"
    case .missingKey, .extractable: "see docs/operations/hsm.md on the loss of a token"
    case .busy, .slow, .failed: "see to the device, then try again"
    }
  }
}
