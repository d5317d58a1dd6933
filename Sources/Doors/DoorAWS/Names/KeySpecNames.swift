import KMSDomain

// Kinds of keys and their usages as AWS names them, and which of them go together.

extension KeySpec {
  /// Those that AWS has a word for: no other is made or asked for at this door.
  static let awsCases = allCases.filter { !AWSVocabulary().name(of: $0).isEmpty }

  /// As in `KeySpec`, `KeyPairSpec` and policies.
  static let byName = Dictionary(uniqueKeysWithValues: awsCases.map { (AWSVocabulary().name(of: $0), $0) })

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
