import CustodySoftware
import KMSBytes
import KMSDomain
import KMSSystem

/// A passphrase that somebody typed. Whoever needs it gets a copy, in locked memory as this one is.
final class TypedSecret: Sendable {
  private let secret: Payload

  init(_ secret: Payload) { self.secret = secret }

  /// nil when it is empty, or somebody else is copying it just now.
  func copy() -> Payload? {
    secret.lend { bytes in bytes.isEmpty ? nil : Payload(copying: bytes) } ?? nil
  }

  /// Asks at the terminal, twice, for a new seal whose passphrase people type.
  /// - Returns: nil for other seals.
  /// - Throws: `Problem` when nobody is there, or types two different ones.
  static func new(for source: Configuration.SealSource) throws -> TypedSecret? {
    guard source == .passphrasePrompt else { return nil }
    guard let first = Terminal.wiped("new passphrase of the seal: "), first.count > 0,
      let second = Terminal.wiped("the same once more: ")
    else {
      throw Problem(
        "the seal's passphrase is to be typed, and nobody typed one",
        remedy: "start this at a terminal, or set seal.passphrase-file or seal.passphrase-variable")
    }
    guard first.withBytes({ one in second.withBytes { ConstantTime.equal(one, $0) } }) else {
      throw Problem("the two passphrases differ", remedy: "try again")
    }
    return TypedSecret(first.withBytes { Payload(copying: $0) })
  }
}

extension Terminal {
  /// The same as `secret`, wiped when the caller lets go.
  static func wiped(_ prompt: String) -> WipedBytes? { secret(prompt).map { WipedBytes($0) } }
}
