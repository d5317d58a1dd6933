package import KMSDomain
import KMSSecrets

extension SoftwareCustody: KeyStoreCustody {
  package func wrap(
    _ credential: NewProxyCredential, for keyStore: KeyStoreID, permit: borrowing Permit
  ) throws(KMSError) -> ProxyCredential {
    try permit.check(.createCustomKeyStore, or: .updateCustomKeyStore, key: nil, version: nil)
    let epoch = try epochs.forWrapping()
    guard let secret = credential.secret.take() else { throw .custodyUnavailable }
    do throws(CryptoFailure) {
      let aad = BlobIdentity.proxyCredential(credential.accessKey, of: keyStore, in: store)
      let wrapped = WrappedCredential(epoch: epoch.id, bytes: try epoch.credentials.seal(secret, aad: aad))
      return ProxyCredential(accessKey: credential.accessKey, secret: wrapped)
    } catch {
      throw .custodyUnavailable
    }
  }
}
