import CustodyPKCS11
import CustodySoftware
import KMSDomain

/// The token that a configuration names, open for whatever is kept on it.
struct HardwareToken: Sendable {
  let token: Token

  /// - Returns: nil when no token is named.
  /// - Throws: `Problem` with what is wrong with it.
  static func open(
    _ configuration: Configuration, variables: SecretVariables
  ) throws -> HardwareToken? {
    guard let settings = configuration.pkcs11 else { return nil }
    // The module may bring the library along, which has to be started in our way first.
    guard OpenSSL.start() else { throw SealError.cryptoUnavailable }
    do throws(HSMFault) {
      return HardwareToken(token: try open(settings, variables))
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

  /// For operators.
  var summary: String { "\"\(token.info.label)\", serial number \(token.info.serial), \(token.provider)" }

  /// What custody needs to know of it.
  func keys(_ place: Configuration.KeyPlace, _ faults: any FaultLog) -> KeysElsewhere {
    let device = TokenKeyDevice(token) { fault in faults.record("token: \(fault)", request: nil) }
    return KeysElsewhere(device, takesNewKeys: place == .hsm)
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
    case .noToken, .severalTokens:
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
