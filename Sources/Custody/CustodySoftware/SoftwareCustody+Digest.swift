package import KMSDomain
import KMSSecrets

extension UseRight {
  fileprivate static let describe = UseRight(
    uses: [(.getAttributes, []), (.getAttributeList, []), (.exportObject, [])])
}

extension SoftwareCustody {
  package func digest(of key: any LiveKey, permit: borrowing Permit) throws(KMSError) -> [UInt8]? {
    let key = try ours(key, .describe, permit)
    guard key.spec.isAsymmetric else {
      guard !key.isElsewhere else { return nil }
      return try digest(
        of: key.withMaterial { (bytes) throws(KMSError) in SecretBytes(copying: bytes) })
    }
    // The private half in writing is there for keys that may leave; the others are known by their public half.
    if let encoded = key.encoded { return try digest(of: encoded.bytes) }
    let pair = try key.pair(needsPrivateHalf: false)
    let spki = try CryptoFailure.unavailable { () throws(CryptoFailure) in try pair.publicKey() }
    return try digest(of: SecretBytes(public: spki))
  }

  private func digest(of bytes: borrowing SecretBytes) throws(KMSError) -> [UInt8] {
    let sum = try LegacyAlgorithms.none.hash(.sha256)
    try sum.add(bytes)
    return try sum.finish()
  }
}
