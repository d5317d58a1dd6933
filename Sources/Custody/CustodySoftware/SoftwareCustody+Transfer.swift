package import KMSDomain
import KMSSecrets

extension SoftwareCustody {
  package func take(
    _ transfer: [UInt8], under key: any LiveKey, as identity: VersionIdentity, keyPermit: borrowing Permit,
    permit: borrowing Permit
  ) throws(KMSError) -> NewMaterial {
    let key = try ours(key, .transfer, keyPermit)
    try UseRight.transferred.check(permit, identity)
    guard let length = key.spec.modulusLength else { throw .cryptography(.keyKind) }
    guard transfer.count <= SoftwareCustody.longestMaterial else { throw .invalidCiphertext }
    let wrapping = try opened(Array(transfer.prefix(length)), by: key)
    let material: SecretBytes
    do throws(CryptoFailure) {
      material = try KeyWrap.unwrap(transfer.dropFirst(length), under: wrapping, .padded)
    } catch {
      throw error == .rejected ? .invalidCiphertext : .custodyUnavailable
    }
    let form: MaterialForm = identity.spec.isAsymmetric ? .pkcs8 : .raw
    return try keep(.encoded(Payload(material), form), as: identity)
  }

  private func opened(_ part: [UInt8], by key: SoftwareLiveKey) throws(KMSError) -> SecretBytes {
    if let elsewhere = key.elsewhere {
      return try elsewhere.decrypt(part, by: .oaep(.sha1, mask: nil, label: []))
    }
    let pair = try key.pair(needsPrivateHalf: true)
    do throws(CryptoFailure) {
      return try pair.decrypt(part, by: .rsaOAEPSHA1)
    } catch {
      throw error == .rejected ? .invalidCiphertext : .custodyUnavailable
    }
  }
}
