import KMSDomain

extension LegacyAlgorithms {
  /// What libcrypto calls the hash, for anything but signatures.
  /// - Throws: `KMSError.unsupportedAlgorithm`.
  func name(of hash: HashFunction) throws(KMSError) -> String {
    switch hash {
    case .md5: InsecureHashes.md5(try permission(for: .oldHashes, hash.standardName))
    case .ripemd160: try ripemd160()
    case .sha1: "SHA1"
    case .sha224: "SHA224"
    case .sha256: "SHA256"
    case .sha384: "SHA384"
    case .sha512: "SHA512"
    case .sha512_224: "SHA512-224"
    case .sha512_256: "SHA512-256"
    case .sha3_224: "SHA3-224"
    case .sha3_256: "SHA3-256"
    case .sha3_384: "SHA3-384"
    case .sha3_512: "SHA3-512"
    }
  }

  private func ripemd160() throws(KMSError) -> String {
    let hash = HashFunction.ripemd160
    let name = InsecureHashes.ripemd160(try permission(for: .oldHashes, hash.standardName))
    guard Library.hasHash(name) else {
      throw .unsupportedAlgorithm(SoftwareCustody.absence(hash.standardName))
    }
    return name
  }

  /// The same for signatures, which need a hash without collisions.
  func signatureName(of hash: HashFunction) throws(KMSError) -> String {
    guard hash == .sha1 else { return try name(of: hash) }
    return InsecureHashes.sha1ForSignatures(
      try permission(for: .sha1Signatures, "a signature over \(hash.standardName)"))
  }
}
