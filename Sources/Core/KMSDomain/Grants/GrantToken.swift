/// What CreateGrant hands out beside the grant's id: names the grant, and shows that this server made it. Not a secret and no
/// right by itself; every one is different.
///
/// ```
/// 0    1 byte    format version, 1
/// 1    16 bytes  internal key id
/// 17   32 bytes  grant id
/// 49   16 bytes  random
/// 65   32 bytes  code, see `RecordAuthenticator`, over all of that
/// ```
package struct GrantToken: Hashable, Sendable {
  private static let formatVersion: UInt8 = 1
  private static let codeOffset = 65
  private static let length = 97

  package let key: KeyID
  package let grant: GrantID
  package let bytes: [UInt8]

  /// A token of this form, by whomever it was made; see `isAuthentic`.
  package init?(_ bytes: [UInt8]) {
    guard bytes.count == GrantToken.length, bytes.first == GrantToken.formatVersion,
      let key = Bits128(bytes.span, at: 1), let grant = GrantID(bytes.span, at: 17)
    else { return nil }
    self.key = KeyID(key)
    self.grant = grant
    self.bytes = bytes
  }

  /// - Parameter salt: random.
  package init(
    _ grant: GrantID, of key: KeyID, salt: Bits128, by authenticator: any RecordAuthenticator
  ) {
    self.key = key
    self.grant = grant
    let content = [GrantToken.formatVersion] + key.bits.bytes + grant.bytes + salt.bytes
    bytes = content + authenticator.code(for: GrantToken.authenticated(content))
  }

  /// Whether this server made it.
  package func isAuthentic(by authenticator: any RecordAuthenticator) -> Bool {
    authenticator.isValid(
      Array(bytes[GrantToken.codeOffset...]),
      for: GrantToken.authenticated(Array(bytes[..<GrantToken.codeOffset])))
  }

  /// Tagged, so that a code never fits anything else that has one.
  private static func authenticated(_ content: [UInt8]) -> [UInt8] {
    var fields = CanonicalFields()
    fields.add("grant-token/1")
    fields.add(content)
    return fields.bytes
  }
}
