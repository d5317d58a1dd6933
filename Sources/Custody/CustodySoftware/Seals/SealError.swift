import KMSSystem

/// Why a seal doesn't give the root key, in words for the operator.
package enum SealError: Error, Equatable, CustomStringConvertible {
  /// The sealed root isn't one, is cut off, or was made by a later version.
  case malformed
  /// It was sealed in another way than it is being opened.
  case otherKind(sealed: SealKind, given: SealKind)
  /// It belongs to another data directory.
  case otherStore
  /// Authentication failed. A wrong secret and a changed file look the same.
  case doesNotOpen(SealKind)
  /// The key file doesn't hold what a key file holds.
  case malformedKeyFile(String)
  case emptyPassphrase
  /// The passphrase or the key file can't be read.
  case unreadable(String)
  /// libcrypto refused, or there isn't the memory for scrypt.
  case cryptoUnavailable

  package var description: String {
    switch self {
    case .malformed: "the seal file is not one that this version can read: it is damaged or newer"
    case .otherKind(let sealed, let given):
      "the root key is sealed by \(sealed), but \(given) was given: change the seal in the configuration"
    case .otherStore: "the seal file belongs to another data directory"
    case .doesNotOpen(.passphrase):
      "the seal does not open: the passphrase is wrong, or the seal file was changed"
    case .doesNotOpen(.keyFile):
      "the seal does not open: the key file is not the one it was sealed with, or one of the two was changed"
    case .malformedKeyFile(let path): "\(path) is not a key file: it must hold exactly 32 bytes"
    case .emptyPassphrase: "the passphrase is empty"
    case .unreadable(let reason): reason
    case .cryptoUnavailable:
      "libcrypto cannot be used: started too late, an algorithm is missing, or less than 128 MiB are free"
    }
  }

  init(_ error: SystemError) { self = .unreadable(error.description) }
}

/// How a root key is sealed. Raw values are stored.
package enum SealKind: UInt8, CaseIterable, Sendable, CustomStringConvertible {
  case keyFile = 1
  case passphrase = 2

  package var description: String {
    switch self {
    case .keyFile: "a key file"
    case .passphrase: "a passphrase"
    }
  }
}
