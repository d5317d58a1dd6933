package import KMSDomain
import KMSSecrets

extension SoftwareCustody {
  package func release(
    _ key: any LiveKey, to recipient: PublicHalf, by hash: HashFunction, permit: borrowing Permit
  ) throws(KMSError) -> [UInt8] {
    let key = try exportable(key, .release, permit)
    guard recipient.spec.modulusLength != nil else { throw .invalidPublicKey }
    let padding = RSAPadding.oaep(hash: try legacy.name(of: hash), mask: nil, label: [])
    guard key.spec.isAsymmetric else {
      let material = try key.withMaterial { (bytes) throws(KMSError) in SecretBytes(copying: bytes) }
      return try SoftwareCustody.seal(material, to: recipient, by: padding)
    }
    let (encoded, _) = try written(key)
    return try SoftwareCustody.seal(encoded.bytes, to: recipient, by: padding)
  }

  private static func seal(
    _ material: borrowing SecretBytes, to recipient: PublicHalf, by padding: RSAPadding
  ) throws(KMSError) -> [UInt8] {
    let pair: KeyPair
    do throws(CryptoFailure) {
      pair = try KeyPair(publicKey: recipient.publicKey, recipient.spec)
    } catch {
      throw .invalidPublicKey
    }
    do throws(CryptoFailure) {
      let wrapping = try RandomBytes.secret(32)
      return try pair.encrypt(wrapping, by: padding) + KeyWrap.wrap(material, under: wrapping, .padded)
    } catch {
      throw .custodyUnavailable
    }
  }
}
