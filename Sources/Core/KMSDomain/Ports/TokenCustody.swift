/// Signs the tokens of the server's own authority.
package protocol TokenCustody: Sendable {
  /// A new key, for the store. Permit: `renewTokenKey`, no key.
  /// - Throws: `KMSError.custodyUnavailable`.
  func makeTokenKey(
    _ id: GUID, createdAt: Instant, startsAt: Instant, permit: borrowing Permit
  ) throws(KMSError) -> TokenKey

  /// Opens a stored key for use in this process.
  /// - Throws: `KMSError.corrupt(.keyMaterial)`.
  func open(_ key: TokenKey) throws(KMSError) -> any LiveKey

  /// RSASSA-PKCS1-v1_5 with SHA-256 over the text (RS256). Permit: `issueToken`, no key.
  /// - Throws: `permitMismatch` for a key that isn't one of tokens; `custodyUnavailable`.
  func signToken(
    _ text: [UInt8], with key: any LiveKey, permit: borrowing Permit
  ) throws(KMSError) -> [UInt8]

  /// The same over what a released key travels in. Permit: `releaseVaultKey` on that key and version.
  func signRelease(
    _ text: [UInt8], of released: any LiveKey, with key: any LiveKey, permit: borrowing Permit
  ) throws(KMSError) -> [UInt8]

  /// The same over what the server says of a key. Permit: as for `StatementCustody.place`.
  func signStatement(
    _ text: [UInt8], about subject: any LiveKey, with key: any LiveKey, permit: borrowing Permit
  ) throws(KMSError) -> [UInt8]
}
