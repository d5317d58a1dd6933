package import KMSDomain
import KMSSecrets

extension SoftwareCustody: TokenCustody {
  package func makeTokenKey(
    _ id: GUID, createdAt: Instant, startsAt: Instant, permit: borrowing Permit
  ) throws(KMSError) -> TokenKey {
    try permit.check(.renewTokenKey, key: nil, version: nil)
    let pair = try freshPair(.rsa2048)
    let epoch = try epochs.forWrapping()
    do throws(CryptoFailure) {
      let secret = try pair.privateKey()
      let wrapped = try epoch.keys.seal(secret, aad: BlobIdentity.tokenKey(id, in: store))
      return TokenKey(
        id: id, material: WrappedKey(epoch: epoch.id, bytes: wrapped), publicKey: try pair.publicKey(),
        createdAt: createdAt, startsAt: startsAt)
    } catch {
      throw .custodyUnavailable
    }
  }

  package func open(_ key: TokenKey) throws(KMSError) -> any LiveKey {
    guard let epoch = epochs[key.material.epoch] else { throw .corrupt(.keyMaterial) }
    do throws(CryptoFailure) {
      let secret = try epoch.keys.open(key.material.bytes, aad: BlobIdentity.tokenKey(key.id, in: store))
      let pair = try KeyPair(pkcs8: secret, .rsa2048, checked: false)
      try pair.test()
      return TokenLiveKey(key.id, pair)
    } catch {
      throw error == .rejected ? .corrupt(.keyMaterial) : .custodyUnavailable
    }
  }

  package func signToken(
    _ text: [UInt8], with key: any LiveKey, permit: borrowing Permit
  ) throws(KMSError) -> [UInt8] {
    try permit.check(.issueToken, key: nil, version: nil)
    return try sign(text, with: key)
  }

  package func signRelease(
    _ text: [UInt8], of released: any LiveKey, with key: any LiveKey, permit: borrowing Permit
  ) throws(KMSError) -> [UInt8] {
    _ = try ours(released, .release, permit)
    return try sign(text, with: key)
  }

  package func signStatement(
    _ text: [UInt8], about subject: any LiveKey, with key: any LiveKey, permit: borrowing Permit
  ) throws(KMSError) -> [UInt8] {
    _ = try ours(subject, .attest, permit)
    return try sign(text, with: key)
  }

  private func sign(_ text: [UInt8], with key: any LiveKey) throws(KMSError) -> [UInt8] {
    guard let key = key as? TokenLiveKey else { throw .permitMismatch }
    do throws(CryptoFailure) {
      let message = SecretBytes(copying: text.span)
      return try key.pair.sign(message, as: .raw, by: .rsaPKCS1SHA256)
    } catch {
      throw .custodyUnavailable
    }
  }
}

/// A key of tokens and of nothing else: no other use of custody takes one.
private final class TokenLiveKey: LiveKey {
  let key: KeyID
  let version: VersionID
  let isElsewhere = false
  let pair: KeyPair

  init(_ id: GUID, _ pair: KeyPair) {
    key = KeyID(id.bits)
    version = VersionID(id.bits)
    self.pair = pair
  }
}
