/// Takes keys in that come under a key which is here.
package protocol TransferCustody: Sendable {
  /// Takes in what came for nobody but the holder of a private key, as `ReleaseCustody` lets it go: an AES key of any length by RSA-OAEP
  /// with SHA-1, then the material under AES key wrap with padding (RFC 5649); of a key pair its PKCS#8 form. Nobody else sees it.
  /// Permits: `importVaultKey` on each of the two; the key that opens needs the usage `unwrap`.
  /// - Throws: `KMSError.invalidCiphertext` for whatever doesn't open, whichever layer it is; `incorrectKeyMaterial` for what isn't
  ///   sound material of the identity's kind; `cryptography(.keyKind)` unless it is an RSA key that opens; `unsupportedAlgorithm`.
  func take(
    _ transfer: [UInt8], under key: any LiveKey, as identity: VersionIdentity, keyPermit: borrowing Permit,
    permit: borrowing Permit
  ) throws(KMSError) -> NewMaterial
}
