import KMSBytes
package import KMSDomain
import KMSSecrets

extension SoftwareCustody: CredentialVault {
  package func wrap(
    _ secret: Payload, accessKey: String, owner: IdentityID, permit: borrowing Permit
  ) throws(KMSError) -> WrappedCredential {
    try permit.check(.issueAccessKey, or: .seedAccessKey, key: nil, version: nil)
    let epoch = try epochs.forWrapping()
    guard let secret = secret.take() else { throw .custodyUnavailable }
    do throws(CryptoFailure) {
      let aad = BlobIdentity.credential(accessKey, owner: owner, in: store)
      return WrappedCredential(epoch: epoch.id, bytes: try epoch.credentials.seal(secret, aad: aad))
    } catch {
      throw .custodyUnavailable
    }
  }

  package func makeSecret(
    accessKey: String, owner: IdentityID, permit: borrowing Permit
  ) throws(KMSError) -> NewSecret {
    try permit.check(.createAccessKey, or: .issueAccessKey, key: nil, version: nil)
    let epoch = try epochs.forWrapping()
    do throws(CryptoFailure) {
      let secret = SoftwareCustody.text(try RandomBytes.secret(30))
      let aad = BlobIdentity.credential(accessKey, owner: owner, in: store)
      let wrapped = WrappedCredential(epoch: epoch.id, bytes: try epoch.credentials.seal(secret, aad: aad))
      return NewSecret(wrapped: wrapped, plain: Payload(secret))
    } catch {
      throw .custodyUnavailable
    }
  }

  package func signingKey(
    for accessKey: AccessKeyRecord, date: String, region: String, service: String
  ) throws(KMSError) -> Payload {
    guard let epoch = epochs[accessKey.secret.epoch] else { throw .corrupt(.accessKey) }
    do throws(CryptoFailure) {
      let aad = BlobIdentity.credential(accessKey.id, owner: accessKey.principal, in: store)
      let secret = try epoch.credentials.open(accessKey.secret.bytes, aad: aad)
      return Payload(
        try SoftwareCustody.signingKey(from: secret, date: date, region: region, service: service))
    } catch {
      throw error == .rejected ? .corrupt(.accessKey) : .custodyUnavailable
    }
  }

  /// The chain of AWS Signature Version 4.
  static func signingKey(
    from secret: borrowing SecretBytes, date: String, region: String, service: String
  ) throws(CryptoFailure) -> SecretBytes {
    var key = prefixed(secret)
    for step in [date, region, service, "aws4_request"] {
      key = try MACKey(key).secretCode(for: Array(step.utf8).span)
    }
    return key
  }

  /// In base 64: secret access keys have its alphabet.
  private static func text(_ secret: borrowing SecretBytes) -> SecretBytes {
    SecretBytes(count: Base64.encodedLength(secret.count)) { (room: inout MutableSpan<UInt8>) in
      secret.withBytes { Base64.encode($0, into: &room) }
    }
  }

  /// "AWS4" and the secret: the first key of the chain.
  private static func prefixed(_ secret: borrowing SecretBytes) -> SecretBytes {
    let prefix = Array("AWS4".utf8)
    return SecretBytes(count: prefix.count + secret.count) { (room: inout MutableSpan<UInt8>) in
      for index in prefix.indices { room[index] = prefix[index] }
      secret.withBytes { bytes in
        for index in bytes.indices { room[prefix.count + index] = bytes[index] }
      }
    }
  }
}
