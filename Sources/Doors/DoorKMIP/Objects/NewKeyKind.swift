import KMSDomain
import KMSEngine
import WireKMIP

/// What kind of key a client wants made.
struct NewKeyKind: Hashable, Sendable {
  let spec: KeySpec
  /// Bytes, where the kind has any length.
  let length: Int?

  /// Of keys that have any length, in bits.
  private static let longest: Int32 = 1 << 16
}

extension NewKeyKind {
  /// A symmetric key. Algorithms that custody doesn't know yield keys that can be given out and no more.
  /// - Parameter ofAnyLength: whether lengths that the algorithm doesn't have yield such keys, too.
  /// - Throws: `invalidMessage` where algorithm or length is missing; `invalidAttributeValue` for a length that the algorithm
  ///   doesn't have.
  init(symmetric attributes: AttributeList, ofAnyLength: Bool = false) throws(KMIPFault) {
    let claim = ClaimedKind(attributes)
    guard claim.algorithm != nil else { throw .missing("The cryptographic algorithm") }
    guard let length = claim.length else { throw .missing("The cryptographic length") }
    guard let algorithm = claim.known else {
      throw KMIPFault(.invalidAttributeValue, "The cryptographic algorithm isn't known.")
    }
    if let spec = KMIPKeyKind(algorithm, length).spec {
      guard !spec.isAsymmetric else {
        throw KMIPFault(.invalidAttributeValue, "The cryptographic algorithm isn't one of symmetric keys.")
      }
      self.init(spec: spec, length: spec.hasAnyLength ? try NewKeyKind.bytes(length) : nil)
      return
    }
    guard ofAnyLength || !NewKeyKind.ofFixedLengths.contains(algorithm) else {
      throw KMIPFault(.invalidAttributeValue, "The cryptographic algorithm has no keys of that length.")
    }
    self.init(spec: .bytes, length: try NewKeyKind.bytes(length))
  }

  private static let ofFixedLengths: Set<KMIP.CryptographicAlgorithm> = [
    .aes, .des3, .blowfish, .chaCha20, .chaCha20Poly1305,
  ]

  /// A password or a seed of any length.
  init(secret attributes: AttributeList) throws(KMIPFault) {
    let length = attributes.integer(.cryptographicLength) ?? 256
    self.init(spec: .bytes, length: try NewKeyKind.bytes(length))
  }

  /// What secret material is to be, of whichever type of object.
  init(
    _ type: KMIP.ObjectType, _ attributes: AttributeList, ofAnyLength: Bool = false
  ) throws(KMIPFault) {
    switch type {
    case .symmetricKey: try self.init(symmetric: attributes, ofAnyLength: ofAnyLength)
    case .secretData: try self.init(secret: attributes)
    case .certificate, .publicKey, .privateKey, .splitKey, .template, .opaqueObject, .pgpKey,
      .certificateRequest:
      throw KMIPFault(.invalidObjectType, "Objects of that type aren't made so.")
    }
  }

  private static func bytes(_ bits: Int32) throws(KMIPFault) -> Int {
    guard bits > 0, bits <= longest, bits.isMultiple(of: 8) else {
      throw KMIPFault(.invalidAttributeValue, "The cryptographic length isn't one of whole bytes.")
    }
    return Int(bits / 8)
  }

  /// A key pair.
  /// - Throws: as for symmetric keys.
  init(pair attributes: AttributeList) throws(KMIPFault) {
    let claim = ClaimedKind(attributes)
    guard claim.algorithm != nil else { throw .missing("The cryptographic algorithm") }
    let qlength = attributes.value(.cryptographicDomainParameters)?[.qlength]?.integer
    guard let algorithm = claim.known,
      let spec = KMIPKeyKind(algorithm, claim.length ?? qlength, claim.curve).spec, spec.isAsymmetric
    else {
      throw KMIPFault(.invalidAttributeValue, "There are no key pairs of that algorithm and length.")
    }
    guard claim.fits(spec) else {
      throw KMIPFault(.invalidAttributeValue, "The cryptographic length isn't that of the curve.")
    }
    self.init(spec: spec, length: nil)
  }
}

extension KeySpec {
  /// Whether what it protects is safe from quantum computers as far as anybody knows (NIST IR 8547).
  var isQuantumSafe: Bool {
    switch self {
    case .aes256, .chaCha20, .hmac256, .hmac384, .hmac512, .hmacSHA256, .hmacSHA384, .hmacSHA512, .mlDSA44,
      .mlDSA65, .mlDSA87, .mlKEM512, .mlKEM768, .mlKEM1024:
      true
    case .aes128, .aes192, .tripleDES112, .tripleDES168, .blowfish, .hmac224, .hmacSHA1, .hmacSHA224,
      .rsa1024, .rsa1536, .rsa2048, .rsa3072, .rsa4096, .rsa8192, .p192, .p224, .p256, .p384, .p521,
      .secp256k1, .sm2, .x25519, .x448, .ed25519, .ed448, .dsa, .dh, .bytes:
      false
    }
  }
}

extension AttributeList {
  /// - Throws: `generalFailure` where a key has to be safe from quantum computers, and one of that kind isn't.
  func checkQuantumSafety(_ spec: KeySpec) throws(KMIPFault) {
    guard boolean(.quantumSafe) == true, !spec.isQuantumSafe else { return }
    throw KMIPFault(.generalFailure, "Keys of that kind aren't safe from quantum computers.")
  }
}
