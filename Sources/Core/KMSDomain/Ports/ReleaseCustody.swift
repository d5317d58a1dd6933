/// Lets keys go to environments that somebody has attested.
package protocol ReleaseCustody: Sendable {
  /// Material for nobody but the holder of a private key: a fresh AES-256 key encrypted by RSA-OAEP (MGF1 with the same hash), then the
  /// material under AES key wrap with padding (RFC 5649); of a key pair its PKCS#8 form. Permit: `releaseVaultKey` on that key and
  /// version.
  /// - Throws: `KMSError.cryptography(.notExportable)` unless the identity says that it may leave; `invalidPublicKey` for a recipient
  ///   that is no RSA key; `unsupportedAlgorithm`.
  func release(
    _ key: any LiveKey, to recipient: PublicHalf, by hash: HashFunction, permit: borrowing Permit
  ) throws(KMSError) -> [UInt8]
}
