import CustodySoftware
import KMSDomain

/// Where the value of a variable comes from that holds a secret: asked when custody asks, so that nobody on the way there
/// holds it. Beside it what has no variable, because people type it.
struct SecretVariables: Sendable {
  let pin = TypedPIN()
  private let value: @Sendable (String) -> String?

  init(_ value: @escaping @Sendable (String) -> String?) { self.value = value }

  /// nil when the variable is unset or empty.
  func payload(of name: String) -> Payload? { value(name).flatMap(Seals.payload) }
}

/// The seal that a configuration names.
enum Seals {
  /// - Parameter variables: read when the seal asks for the passphrase, where the configuration names a variable.
  /// - Parameter box: the shares that were handed in, for a seal that people open.
  /// - Parameter typed: the passphrase, where people type it.
  static func make(
    _ source: Configuration.SealSource, _ directory: DataDirectory, variables: SecretVariables,
    box: ShareBox? = nil, typed: TypedSecret? = nil
  ) -> any Seal {
    switch source {
    case .keyFile(let path): KeyFileSeal(path: path ?? directory.sealKey)
    case .passphraseFile(let path): PassphraseSeal(source: .file(path))
    case .passphraseVariable(let name):
      PassphraseSeal(
        source: .supplied { () throws(SealError) -> Payload in
          guard let secret = variables.payload(of: name) else {
            throw .unreadable("the environment variable \(name) that holds the passphrase is not set")
          }
          return secret
        })
    case .passphrasePrompt:
      PassphraseSeal(
        source: .supplied { () throws(SealError) -> Payload in
          guard let secret = typed?.copy() else { throw .needsPeople(.passphrase) }
          return secret
        })
    case .shamir(let threshold, let shares):
      // The numbers were judged when the configuration was read; opening goes by those of the seal file.
      ShamirSeal(
        SharedParameters(threshold: threshold, parts: shares) ?? .everybody(shares), box: box)
    case .awskms(let key): RemoteSeal(RemoteKMS(key, variables: variables))
    case .token(let token): HardwareToken.seal(token, variables)
    }
  }

  /// The text as a secret; nil when it is empty.
  static func payload(_ text: String) -> Payload? {
    let bytes = Array(text.utf8)
    return Payload(
      count: bytes.count,
      fill: { room in
        for index in bytes.indices { room[index] = bytes[index] }
        return !bytes.isEmpty
      })
  }
}

extension Configuration.SealSource {
  /// As the file calls it.
  var kind: String {
    switch self {
    case .keyFile: "file"
    case .passphraseFile, .passphraseVariable, .passphrasePrompt: "passphrase"
    case .shamir: "shamir"
    case .awskms: "awskms"
    case .token: "pkcs11"
    }
  }

  /// Whether what opens the seal lies in the data directory itself.
  func isBeside(_ directory: DataDirectory) -> Bool {
    switch self {
    case .keyFile(let path): directory.contains(path ?? directory.sealKey)
    case .passphraseFile(let path): directory.contains(path)
    case .passphraseVariable, .passphrasePrompt, .shamir, .awskms, .token: false
    }
  }
}
