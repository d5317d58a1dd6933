/// How key material is written when it comes in or goes out.
package enum MaterialForm: UInt8, CaseIterable, Sendable {
  /// The bytes of a symmetric key; for Ed25519, Ed448, X25519 and X448 the private key of RFC 8032 and RFC 7748.
  case raw = 1
  /// RSAPrivateKey (RFC 8017, DER).
  case pkcs1 = 2
  /// PrivateKeyInfo (RFC 5208, DER).
  case pkcs8 = 3
  /// ECPrivateKey (RFC 5915, DER).
  case sec1 = 4
}

/// How a public key is written.
package enum PublicForm: UInt8, CaseIterable, Sendable {
  /// The point of an elliptic curve, uncompressed or compressed; for Ed25519, Ed448, X25519 and X448 the public key of RFC 8032
  /// and RFC 7748.
  case raw = 1
  /// RSAPublicKey (RFC 8017, DER).
  case pkcs1 = 2
  /// SubjectPublicKeyInfo (RFC 5280, DER).
  case spki = 3
}

/// A number that a key consists of. All are big-endian and without sign; leading zeros don't matter.
package enum KeyComponent: UInt8, CaseIterable, Sendable {
  // RSA
  case modulus = 1
  case publicExponent = 2
  case privateExponent = 3
  case prime1 = 4
  case prime2 = 5
  case exponent1 = 6
  case exponent2 = 7
  case coefficient = 8
  // DSA and Diffie-Hellman
  case fieldPrime = 9
  case subgroupOrder = 10
  case generator = 11
  /// Diffie-Hellman's (p - 1) / q.
  case cofactor = 12
  /// x of DSA and Diffie-Hellman, d of elliptic curves.
  case privateValue = 13
  /// y of DSA and Diffie-Hellman.
  case publicValue = 14
  /// The point of an elliptic curve, as `PublicForm.raw`.
  case publicPoint = 15

  /// Whether whoever knows it knows the private key, or much of it.
  package var isSecret: Bool {
    switch self {
    case .privateExponent, .prime1, .prime2, .exponent1, .exponent2, .coefficient, .privateValue: true
    case .modulus, .publicExponent, .fieldPrime, .subgroupOrder, .generator, .cofactor, .publicValue,
      .publicPoint:
      false
    }
  }
}

/// Material in the clear, on its way in.
package enum PlainMaterial: Sendable {
  case encoded(Payload, MaterialForm)
  /// A private key as its numbers. Of RSA at least the modulus, the public exponent and either the private exponent or both
  /// primes; of elliptic curves the private value; of DSA and Diffie-Hellman the group and the private value. What is missing is
  /// computed, and what is given must fit.
  case components([KeyComponent: Payload])
  /// The 32 bytes that a key of ML-DSA is made of (FIPS 204 section 6.1), and its public key where that came along: it must be that of
  /// the seed.
  case seed(Payload, publicKey: [UInt8]?)
}

/// A public key with what it is.
package struct PublicHalf: Hashable, Sendable {
  package let spec: KeySpec
  /// SubjectPublicKeyInfo (DER).
  package let publicKey: [UInt8]

  package init(spec: KeySpec, publicKey: [UInt8]) {
    self.spec = spec
    self.publicKey = publicKey
  }
}

/// A private key with certificates, as a password protects it on its way (PKCS#12, RFC 7292).
package struct KeyBundle: Sendable {
  /// PKCS#8 (DER).
  package let privateKey: Payload
  /// X.509 (DER): first the key's own, if it is there, then all others.
  package let certificates: [[UInt8]]
  package let friendlyName: String?

  package init(privateKey: Payload, certificates: [[UInt8]], friendlyName: String?) {
    self.privateKey = privateKey
    self.certificates = certificates
    self.friendlyName = friendlyName
  }
}
