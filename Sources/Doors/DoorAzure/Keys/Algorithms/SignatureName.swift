import KMSDomain

/// A way to sign (RFC 7518 section 3, RFC 8812 section 3.2, RFC 9864, RFC 9964, and Azure's own). All but the last five are given the
/// hash of what is signed.
enum SignatureName: String, CaseIterable, Sendable {
  case ps256 = "PS256"
  case ps384 = "PS384"
  case ps512 = "PS512"
  case rs256 = "RS256"
  case rs384 = "RS384"
  case rs512 = "RS512"
  /// PKCS#1 v1.5 over whatever is given, with no word of what made it.
  case rsNull = "RSNULL"
  case es256 = "ES256"
  case es384 = "ES384"
  case es512 = "ES512"
  case es256K = "ES256K"
  // By symmetric keys.
  case hs256 = "HS256"
  case hs384 = "HS384"
  case hs512 = "HS512"
  case edDSA = "EdDSA"
  case ed25519 = "Ed25519"
  case mlDSA44 = "ML-DSA-44"
  case mlDSA65 = "ML-DSA-65"
  case mlDSA87 = "ML-DSA-87"
}

extension SignatureName {
  enum Method: Hashable, Sendable {
    case rsa(SignatureParameters)
    /// Signatures are two numbers, one after the other.
    case curve(CurveName, SignatureParameters)
    case edDSA
    case hmac(HashFunction)
    case mlDSA(MLDSAName)
  }

  var method: Method {
    switch self {
    case .ps256: .rsa(SignatureName.digest(.rsaPSS(salt: .asHash, mask: nil), .sha256))
    case .ps384: .rsa(SignatureName.digest(.rsaPSS(salt: .asHash, mask: nil), .sha384))
    case .ps512: .rsa(SignatureName.digest(.rsaPSS(salt: .asHash, mask: nil), .sha512))
    case .rs256: .rsa(SignatureName.digest(.rsaPKCS1, .sha256))
    case .rs384: .rsa(SignatureName.digest(.rsaPKCS1, .sha384))
    case .rs512: .rsa(SignatureName.digest(.rsaPKCS1, .sha512))
    case .rsNull: .rsa(SignatureParameters(.rsaPKCS1, hash: nil))
    case .es256: .curve(.p256, SignatureName.digest(.ecdsa, .sha256))
    case .es384: .curve(.p384, SignatureName.digest(.ecdsa, .sha384))
    case .es512: .curve(.p521, SignatureName.digest(.ecdsa, .sha512))
    case .es256K: .curve(.p256K, SignatureName.digest(.ecdsa, .sha256))
    case .edDSA, .ed25519: .edDSA
    case .hs256: .hmac(.sha256)
    case .hs384: .hmac(.sha384)
    case .hs512: .hmac(.sha512)
    case .mlDSA44: .mlDSA(.mlDSA44)
    case .mlDSA65: .mlDSA(.mlDSA65)
    case .mlDSA87: .mlDSA(.mlDSA87)
    }
  }

  private static func digest(_ scheme: SignatureParameters.Scheme, _ hash: HashFunction)
    -> SignatureParameters
  {
    SignatureParameters(scheme, hash: hash, isDigest: true)
  }

  /// Bytes of what is signed; nil where any number will do.
  var digestLength: Int? {
    switch method {
    case .rsa(let parameters), .curve(_, let parameters): parameters.hash?.length
    case .hmac, .edDSA, .mlDSA: nil
    }
  }

  /// Keys that sign by it are used by codes, or by signatures: rights tell the two apart.
  var isMAC: Bool {
    switch method {
    case .hmac: true
    case .rsa, .curve, .edDSA, .mlDSA: false
    }
  }

  /// - Parameter kid: what the key is called in messages.
  /// - Throws: `badParameter` unless such a key can be used so.
  func require(_ spec: KeySpec, _ kid: CalledKey) throws(KeyFault) {
    guard let family = spec.family, family == self.family else {
      throw mismatch(
        "Key \(kid.text) is of type '\(spec.family?.rawValue ?? "none")'",
        "a key of type '\(self.family.rawValue)' or '\(self.family.rawValue)-HSM'")
    }
    if case .curve(let curve, _) = method, spec != curve.spec {
      throw mismatch(
        "Key \(kid.text) uses curve '\(CurveName(spec)?.rawValue ?? "none")'", "curve '\(curve.rawValue)'")
    }
    if case .mlDSA(let name) = method, spec != name.spec {
      throw mismatch("Key \(kid.text) is of another algorithm", "algorithm '\(name.rawValue)'")
    }
  }

  private var family: KeyType.Family {
    switch method {
    case .rsa: .rsa
    case .curve: .ec
    case .edDSA: .okp
    case .hmac: .oct
    case .mlDSA: .akp
    }
  }

  private func mismatch(_ what: String, _ wanted: String) -> KeyFault {
    .badParameter(
      "Key and signing algorithm are incompatible. \(what), and algorithm '\(rawValue)' can only be used with \(wanted)."
    )
  }

  /// - Throws: `badParameter` for what is no hash of this one's.
  func require(digestOf count: Int, _ name: String) throws(KeyFault) {
    guard let length = digestLength, count != length else { return }
    throw .badParameter(
      "Invalid length of '\(name)': \(count) bytes. \(rawValue) requires \(length) bytes, encoded with base64url."
    )
  }
}
