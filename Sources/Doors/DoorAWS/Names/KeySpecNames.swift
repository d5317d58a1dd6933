import KMSDomain

// Kinds of keys and their usages as AWS names them, and which of them go together.

extension KeySpec {
  /// As in `KeySpec`, `KeyPairSpec` and policies.
  static let byName = Dictionary(uniqueKeysWithValues: allCases.map { (AWSVocabulary().name(of: $0), $0) })

  /// The usages that AWS lets such a key be made for, in pairs of doing and undoing. The library could agree on secrets
  /// on every curve; AWS keeps secp256k1 to signatures.
  var awsUsages: [KeyUsages] {
    KeyUsages.awsPairs.filter { pair in
      pair.isSubset(of: usages) && !(self == .secp256k1 && pair == [.derive])
    }
  }
}

extension KeyUsages {
  static let awsPairs: [KeyUsages] = [
    [.encrypt, .decrypt], [.sign, .verify], [.mac, .verifyMac], [.derive], [.encapsulate, .decapsulate],
  ]

  static let byName = Dictionary(
    uniqueKeysWithValues: awsPairs.map { (AWSVocabulary().name(of: $0), $0) })
}
