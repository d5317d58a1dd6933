package import KMSDomain
package import KMSSecrets

/// A root of 32 bytes in locked memory: AES-256-GCM under a key that is derived from it, bound to the store.
package final class SoftwareRoot: Root {
  package static let length = 32
  package let id: RootID
  /// Kept to be sealed again: under another root while roots are exchanged, and for those who hold shares.
  let secret: Secret
  private let epochs: WrappingKey

  /// - Throws: `malformed` for other than 32 bytes.
  package init(_ bytes: consuming SecretBytes, id: RootID, store: Bits128) throws(SealError) {
    guard bytes.count == SoftwareRoot.length else { throw .malformed }
    try SealError.requireCrypto()
    do throws(CryptoFailure) {
      epochs = WrappingKey(
        try Derivation.key(from: bytes, label: "claviger/root/epochs", context: store.bytes))
    } catch {
      throw .cryptoUnavailable
    }
    self.id = id
    secret = Secret(bytes)
  }

  package static func random(for store: Bits128) throws(SealError) -> SoftwareRoot {
    try SealError.requireCrypto()
    let bytes: SecretBytes
    do throws(CryptoFailure) {
      bytes = try RandomBytes.secret(length)
    } catch {
      throw .cryptoUnavailable
    }
    return try SoftwareRoot(bytes, id: try .random(), store: store)
  }

  package func seal(_ secret: borrowing SecretBytes, aad: [UInt8]) throws(SealError) -> [UInt8] {
    do throws(CryptoFailure) {
      return try epochs.seal(secret, aad: aad)
    } catch {
      throw .cryptoUnavailable
    }
  }

  package func open(_ blob: [UInt8], aad: [UInt8]) throws(SealError) -> SecretBytes {
    do throws(CryptoFailure) {
      return try epochs.open(blob, aad: aad)
    } catch {
      throw error == .rejected ? .rejected : .cryptoUnavailable
    }
  }

  package func bequeath(to heir: any Root, aad: [UInt8]) throws(SealError) -> [UInt8]? {
    try heir.seal(secret.bytes, aad: aad)
  }
}
