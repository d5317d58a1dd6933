/// Vouches for the keys by which the server signs what others keep: a published key is forgotten with its last token, a certificate isn't.
package protocol TokenKeyCertifier: Sendable {
  /// A certificate for a key's public half and those above it, each in DER, the authority's own at the end.
  /// - Throws: `KMSError.custodyUnavailable` without an authority that could sign one.
  func chain(of key: TokenKey) throws(KMSError) -> [[UInt8]]
}
