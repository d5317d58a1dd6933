package import KMSDomain
import KMSSecrets

extension SoftwareCustody {
  package func seed(
    _ material: Payload?, as identity: VersionIdentity, permit: borrowing Permit
  ) throws(KMSError) -> NewMaterial {
    try permit.check(.seedKey, key: identity.key, version: nil)
    guard let material else { return try make(identity) }
    try require(identity.spec, for: identity.usages)
    guard let secret = material.take() else { throw .custodyUnavailable }
    return try adopt(secret, of: identity.key, identity.spec) { (_: [UInt8]) throws(KMSError) in identity }
  }
}
