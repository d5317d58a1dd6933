import KMSSystem

/// Why a seal doesn't give the root, in words for the operator.
package enum SealError: Error, Equatable, CustomStringConvertible {
  /// The seal file isn't one, is cut off, or was made by a later version.
  case malformed
  /// It was sealed in another way than it is being opened.
  case otherKind(sealed: [SealKind], given: SealKind)
  /// It belongs to another data directory.
  case otherStore
  /// Authentication failed. A wrong secret and a changed file look the same.
  case doesNotOpen(SealKind)
  /// A blob that isn't this root's, or was changed.
  case rejected
  /// The key file doesn't hold what a key file holds.
  case malformedKeyFile(String)
  case emptyPassphrase
  /// The passphrase or the key file can't be read.
  case unreadable(String)
  /// Whoever keeps the root can't be asked now: it may work later, and nothing is wrong with the store.
  case unreachable(String)
  /// Whoever keeps the root has answered, and says no.
  case refused(String)
  /// A change of the root isn't finished yet.
  case unfinished
  /// People have to hand in shares, a passphrase, or the PIN of a token.
  case needsPeople(SealKind)
  /// libcrypto refused, or there isn't the memory for scrypt.
  case cryptoUnavailable

  package var description: String {
    switch self {
    case .malformed: "the seal file is not one that this version can read: it is damaged or newer"
    case .otherKind(let sealed, let given):
      "the root key is sealed by \(sealed.map(\.description).joined(separator: " or ")), but \(given) was given: change the seal in the configuration"
    case .otherStore: "the seal file belongs to another data directory"
    case .doesNotOpen(let kind): "the seal does not open: " + kind.likelyCause
    case .rejected: "what the root key sealed was changed, or is another's"
    case .malformedKeyFile(let path): "\(path) is not a key file: it must hold exactly 32 bytes"
    case .emptyPassphrase: "the passphrase is empty"
    case .unreadable(let reason), .unreachable(let reason), .refused(let reason): reason
    case .unfinished: "a change of the root key was interrupted: restart the server, which finishes it"
    case .needsPeople(.pkcs11): "the PIN of the token is to be typed: hand it in with claviger unseal"
    case .needsPeople(let kind):
      "the root key is sealed by \(kind): hand in what opens it with claviger unseal"
    case .cryptoUnavailable:
      "libcrypto cannot be used: started too late, an algorithm is missing, or less than 128 MiB are free"
    }
  }

  /// Whether a server that meets it can wait, sealed, for people or for another machine.
  package var canBeWaitedFor: Bool {
    switch self {
    case .unreachable, .needsPeople: true
    case .malformed, .otherKind, .otherStore, .doesNotOpen, .rejected, .malformedKeyFile, .emptyPassphrase,
      .unreadable, .refused, .unfinished, .cryptoUnavailable:
      false
    }
  }

  /// Before the first use of libcrypto: used earlier than it is started, it would keep its heap in ordinary memory.
  static func requireCrypto() throws(SealError) {
    guard OpenSSL.start() else { throw .cryptoUnavailable }
  }

  init(_ error: SystemError) { self = .unreadable(error.description) }
}

/// How a root is sealed. Raw values are stored.
package enum SealKind: UInt8, CaseIterable, Sendable, CustomStringConvertible {
  case keyFile = 1
  case passphrase = 2
  /// The root divided among people.
  case shamir = 3
  /// Another key management service.
  case awskms = 4
  /// A token, which the root never leaves.
  case pkcs11 = 5
  /// For when whatever else opens the store is lost: divided among people.
  case recovery = 6

  package var description: String {
    switch self {
    case .keyFile: "a key file"
    case .passphrase: "a passphrase"
    case .shamir: "shares"
    case .awskms: "another key management service"
    case .pkcs11: "a PKCS#11 token"
    case .recovery: "recovery shares"
    }
  }

  /// As configurations and reports call it.
  package var name: String {
    switch self {
    case .keyFile: "file"
    case .passphrase: "passphrase"
    case .shamir: "shamir"
    case .awskms: "awskms"
    case .pkcs11: "pkcs11"
    case .recovery: "recovery"
    }
  }

  fileprivate var likelyCause: String {
    switch self {
    case .keyFile: "the key file is not the one it was sealed with, or one of the two was changed"
    case .passphrase: "the passphrase is wrong, or the seal file was changed"
    case .shamir, .recovery: "the shares are not those of this seal, or the seal file was changed"
    case .awskms: "the other service's key is not the one it was sealed with, or the seal file was changed"
    case .pkcs11: "the token's key is not the one it was sealed with, or the seal file was changed"
    }
  }
}
