import KMSDomain
import KMSSecrets

/// Parameters of a signature that go together with the key.
struct SignatureChoice: Sendable {
  enum Work: Sendable {
    /// Hash the message, unless it is hashed already, and sign the hash.
    case hashed(HashSigning, hash: String?, digestLength: Int?)
    /// Sign the message itself.
    case message
  }

  let work: Work
  let isDigest: Bool
  /// The public half, if the other one is elsewhere.
  let pair: KeyPair
  private let parameters: SignatureParameters
  private let elsewhere: KeyElsewhere?

  /// - Parameter verifies: a salt of any length can only be verified.
  /// - Throws: `KMSError.cryptography`, `unsupportedAlgorithm`.
  init(
    _ parameters: SignatureParameters, _ key: SoftwareLiveKey, verifies: Bool, _ legacy: LegacyAlgorithms
  ) throws(KMSError) {
    self.parameters = parameters
    elsewhere = key.elsewhere
    pair = try key.pair(needsPrivateHalf: !verifies && !key.isElsewhere)
    isDigest = parameters.isDigest
    guard parameters.scheme.fits(key.spec) else { throw .cryptography(.keyKind) }
    try legacy.require(pair)
    if parameters.scheme == .edDSA {
      guard parameters.hash == nil, !parameters.isDigest else { throw .cryptography(.hash) }
      work = .message
      return
    }
    let hash = try parameters.hash.map { (hash) throws(KMSError) in try legacy.signatureName(of: hash) }
    let signing = try SignatureChoice.signing(parameters, hash, verifies: verifies, key.spec, legacy)
    work = .hashed(signing, hash: hash, digestLength: parameters.hash?.length)
  }

  private static func signing(
    _ parameters: SignatureParameters, _ hash: String?, verifies: Bool, _ spec: KeySpec,
    _ legacy: LegacyAlgorithms
  ) throws(KMSError) -> HashSigning {
    switch parameters.scheme {
    case .ecdsa, .dsa, .edDSA: return HashSigning(padding: .none, hash: hash)
    case .rsaPKCS1:
      guard let hash else {
        return InsecureRSA.signingUnhashed(
          try legacy.permission(for: .rawRSA, "a signature over input of an unknown hash"))
      }
      return HashSigning(padding: .pkcs1, hash: hash)
    case .rsaPSS(let salt, let mask):
      guard let hash, let function = parameters.hash else { throw .cryptography(.hash) }
      let longest = (spec.modulusLength ?? 0) - function.length - 2
      let mask = try mask.map { (hash) throws(KMSError) in try legacy.name(of: hash) }
      return HashSigning(
        padding: .pss(mask: mask, salt: try salt.length(longest, verifies: verifies)), hash: hash)
    }
  }
}

extension SignatureParameters.Scheme {
  fileprivate func fits(_ spec: KeySpec) -> Bool {
    switch self {
    case .rsaPKCS1, .rsaPSS: spec.modulusLength != nil
    case .ecdsa: spec.fieldLength > 0 && spec != .sm2
    case .dsa: spec == .dsa
    case .edDSA: spec == .ed25519 || spec == .ed448
    }
  }
}

extension SignatureParameters.Salt {
  /// In libcrypto's words.
  fileprivate func length(_ longest: Int, verifies: Bool) throws(KMSError) -> Int {
    switch self {
    case .asHash: return HashSigning.saltAsHash
    case .longest: return HashSigning.longestSalt
    case .bytes(let count):
      guard (0...max(0, longest)).contains(count) else { throw .cryptography(.saltLength) }
      return count
    case .any:
      guard verifies else { throw .cryptography(.saltLength) }
      return HashSigning.anySalt
    }
  }
}

// MARK: - Signing and verifying

extension SignatureChoice {
  func sign(_ message: borrowing SecretBytes) throws(KMSError) -> [UInt8] {
    switch work {
    case .message:
      guard elsewhere == nil else { throw SoftwareLiveKey.notElsewhere }
      return try CryptoFailure.unavailable { () throws(CryptoFailure) in
        try pair.sign(message, as: .raw, by: .ed25519)
      }
    case .hashed(let signing, let hash, let length):
      return try sign(digest: try digest(message, hash, length), signing)
    }
  }

  func sign(digest: [UInt8], _ signing: HashSigning) throws(KMSError) -> [UInt8] {
    if let elsewhere { return try sign(digest: digest, signing, on: elsewhere) }
    do throws(CryptoFailure) {
      return try pair.sign(hash: digest.span, by: signing)
    } catch {
      // All that libcrypto can still object to is that so much doesn't fit into the key.
      throw .cryptography(.digestLength)
    }
  }

  /// As with fixed algorithms, nothing leaves that the public half doesn't take.
  private func sign(
    digest: [UInt8], _ signing: HashSigning, on elsewhere: KeyElsewhere
  ) throws(KMSError) -> [UInt8] {
    let signature = try elsewhere.sign(digest, by: parameters)
    do throws(CryptoFailure) {
      try pair.verify(signature, hash: digest.span, by: signing)
      return signature
    } catch {
      throw .custodyUnavailable
    }
  }

  /// - Throws: `KMSError.invalidSignature`.
  func verify(_ signature: [UInt8], of message: borrowing SecretBytes) throws(KMSError) {
    switch work {
    case .message:
      do throws(CryptoFailure) {
        try pair.verify(signature, of: message, as: .raw, by: .ed25519)
      } catch {
        throw error == .rejected ? .invalidSignature : .custodyUnavailable
      }
    case .hashed(let signing, let hash, let length):
      try verify(signature, digest: try digest(message, hash, length), signing)
    }
  }

  func verify(_ signature: [UInt8], digest: [UInt8], _ signing: HashSigning) throws(KMSError) {
    do throws(CryptoFailure) {
      try pair.verify(signature, hash: digest.span, by: signing)
    } catch {
      // What doesn't fit into the key was signed by no such key either.
      throw .invalidSignature
    }
  }

  /// - Throws: `KMSError.cryptography(.digestLength)`.
  private func digest(
    _ message: borrowing SecretBytes, _ hash: String?, _ length: Int?
  ) throws(KMSError) -> [UInt8] {
    guard let hash, !isDigest else {
      guard length == nil || message.count == length else { throw .cryptography(.digestLength) }
      guard message.count <= Numbers.longestModulus else { throw .cryptography(.digestLength) }
      return message.withBytes { copy(0..<$0.count, of: $0) }
    }
    let sum = try LegacyAlgorithms.sum(hash)
    try sum.add(message)
    return try sum.finish()
  }

  /// The hash that pieces are added to; nil when the message is needed as it is.
  func accumulator() throws(KMSError) -> SumBox? {
    guard case .hashed(_, let hash?, _) = work, !isDigest else { return nil }
    return try LegacyAlgorithms.sum(hash)
  }
}
