import KMSBytes
import KMSDomain
import KMSSystem
import Synchronization

/// The PIN of the token, where people type it. It stays in locked memory as long as the process, which logs in again by itself
/// after the token was away.
final class TypedPIN: Sendable {
  /// The lock also keeps two logins from copying at the same time.
  private let secret = Mutex<TypedSecret?>(nil)

  var isThere: Bool { secret.withLock { $0 != nil } }

  /// In place of the one that was typed before.
  func take(_ typed: TypedSecret) { secret.withLock { $0 = typed } }

  func forget() { secret.withLock { $0 = nil } }

  /// nil when nobody typed one.
  func copy() -> Payload? { secret.withLock { $0?.copy() } }

  /// Asks at the terminal, if the configuration wants that and nobody typed it yet.
  /// - Returns: whether there is nothing more to ask for: false when nobody answers.
  @discardableResult
  func ask(for token: Configuration.PKCS11?) -> Bool {
    guard let token, token.pin == .prompt, !isThere else { return true }
    guard let typed = Terminal.wiped("PIN of the token: "), typed.count > 0 else { return false }
    take(TypedSecret(typed.withBytes { Payload(copying: $0) }))
    return true
  }

  /// The same, for what can't be done without it.
  /// - Throws: `Problem` when nobody answers.
  func demand(for token: Configuration.PKCS11?) throws {
    guard ask(for: token) else {
      throw Problem(
        "the PIN of the token is to be typed, and nobody typed one",
        remedy:
          "start this at a terminal, or set pkcs11.pin-file or pkcs11.pin-variable in place of pkcs11.pin")
    }
  }
}

extension Configuration.SealSource {
  /// The token that a new root under this seal is made on.
  var token: Configuration.PKCS11? {
    switch self {
    case .token(let token): token
    case .keyFile, .passphraseFile, .passphraseVariable, .passphrasePrompt, .shamir, .awskms: nil
    }
  }
}
