package import KMSDomain
package import KMSSecrets

/// What wraps the epochs of a store and its store secret: bytes in locked memory, or a key that never leaves a token.
///
/// Both methods may block, where a device does the work, and any number of threads may call them.
package protocol Root: Sendable {
  /// Made with the root, random: the seal file says by it which entry belongs to which root. Not secret.
  var id: RootID { get }
  /// - Returns: a blob that no root but this opens, and only with the same associated data.
  /// - Throws: `cryptoUnavailable`, or what the device says.
  func seal(_ secret: borrowing SecretBytes, aad: [UInt8]) throws(SealError) -> [UInt8]
  /// - Throws: `SealError.rejected` for whatever this root didn't seal with this associated data; anything else means that
  ///   nobody knows, and that another try may succeed.
  func open(_ blob: [UInt8], aad: [UInt8]) throws(SealError) -> SecretBytes
  /// This root sealed under another, so that who has the other has this one too.
  /// - Returns: nil for a root that can't leave where it is.
  func bequeath(to heir: any Root, aad: [UInt8]) throws(SealError) -> [UInt8]?
}

extension Root {
  package func bequeath(to heir: any Root, aad: [UInt8]) throws(SealError) -> [UInt8]? { nil }
}

/// Names one root of one store.
package struct RootID: Hashable, Sendable {
  static let length = 16
  package let bits: Bits128

  package init(_ bits: Bits128) { self.bits = bits }

  /// Of the root of a seal file in format 1, which had no name.
  package static let first = RootID(Bits128(high: 0, low: 0))

  package static func random() throws(SealError) -> RootID {
    try SealError.requireCrypto()
    do throws(CryptoFailure) {
      return RootID(try RandomBytes.bits128())
    } catch {
      throw .cryptoUnavailable
    }
  }
}
