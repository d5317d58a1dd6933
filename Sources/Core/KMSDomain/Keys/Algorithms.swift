/// How a signature is made. Every hash is of the message, every PSS salt as long as the hash, every ECDSA signature DER.
package enum SigningAlgorithm: UInt8, CaseIterable, Sendable {
  case rsaPSSSHA256 = 1
  case rsaPSSSHA384 = 2
  case rsaPSSSHA512 = 3
  case rsaPKCS1SHA256 = 4
  case rsaPKCS1SHA384 = 5
  case rsaPKCS1SHA512 = 6
  case ecdsaSHA256 = 7
  case ecdsaSHA384 = 8
  case ecdsaSHA512 = 9
  /// Ed25519 over the message itself (RFC 8032).
  case ed25519 = 10
  /// Ed25519ph, which hashes what it is given once more.
  case ed25519ph = 11
  /// SM2 with SM3 and the standard's default identifier of the signer (GB/T 32918).
  case sm2DSA = 12
  /// ML-DSA (FIPS 204).
  case mlDSA = 13
}

/// What stands in for the message when it is signed or verified.
package enum MessageForm: UInt8, CaseIterable, Sendable {
  /// The message itself.
  case raw = 1
  /// Its hash, by the algorithm's own hash function.
  case digest = 2
  /// FIPS 204's mu, 64 bytes, which already names the key.
  case externalMu = 3
}

/// Encryption for a public key.
package enum EncryptionAlgorithm: UInt8, CaseIterable, Sendable {
  /// RSAES-OAEP (RFC 8017), the same hash for the label and for MGF1.
  case rsaOAEPSHA1 = 1
  case rsaOAEPSHA256 = 2
  /// SM2 encryption in its ASN.1 form (GB/T 32918).
  case sm2PKE = 3
}

package enum MACAlgorithm: UInt8, CaseIterable, Sendable {
  case hmacSHA224 = 1
  case hmacSHA256 = 2
  case hmacSHA384 = 3
  case hmacSHA512 = 4
}

/// Any algorithm that a caller can name with a key.
package enum KeyAlgorithm: Hashable, Sendable {
  /// Encryption in the layout of `SymmetricCiphertext`.
  case symmetric
  case encryption(EncryptionAlgorithm)
  case signing(SigningAlgorithm)
  case mac(MACAlgorithm)
  /// Elliptic-curve Diffie-Hellman, the x-coordinate as it is.
  case ecdh
  case mlKEM
}

extension KeyAlgorithm {
  package var isEncryption: Bool {
    switch self {
    case .symmetric, .encryption: true
    case .signing, .mac, .ecdh, .mlKEM: false
    }
  }

  package var isSigning: Bool {
    switch self {
    case .signing: true
    case .symmetric, .encryption, .mac, .ecdh, .mlKEM: false
    }
  }

  package var isMAC: Bool {
    switch self {
    case .mac: true
    case .symmetric, .encryption, .signing, .ecdh, .mlKEM: false
    }
  }
}

extension KeyAlgorithm: CaseIterable {
  package static let allCases: [KeyAlgorithm] =
    [.symmetric] + EncryptionAlgorithm.allCases.map { .encryption($0) }
    + SigningAlgorithm.allCases.map { .signing($0) } + MACAlgorithm.allCases.map { .mac($0) }
    + [.ecdh, .mlKEM]
}

extension SigningAlgorithm {
  /// Bytes of what `form` stands for; nil when any length will do.
  package func length(of form: MessageForm) -> Int? {
    switch form {
    case .raw: nil
    case .externalMu: 64
    case .digest: digestLength
    }
  }

  private var digestLength: Int {
    switch self {
    case .rsaPSSSHA256, .rsaPKCS1SHA256, .ecdsaSHA256, .sm2DSA: 32
    case .rsaPSSSHA384, .rsaPKCS1SHA384, .ecdsaSHA384: 48
    case .rsaPSSSHA512, .rsaPKCS1SHA512, .ecdsaSHA512, .ed25519, .ed25519ph, .mlDSA: 64
    }
  }

  /// The longest context that it takes with a message in that form (FIPS 204 section 5.2); 0: none. A mu is made from it already.
  package func longestContext(with form: MessageForm) -> Int {
    self == .mlDSA && form == .raw ? 255 : 0
  }

  /// The forms in which it takes a message.
  package func accepts(_ form: MessageForm) -> Bool {
    switch self {
    case .rsaPSSSHA256, .rsaPSSSHA384, .rsaPSSSHA512, .rsaPKCS1SHA256, .rsaPKCS1SHA384, .rsaPKCS1SHA512,
      .ecdsaSHA256, .ecdsaSHA384, .ecdsaSHA512, .sm2DSA:
      form == .raw || form == .digest
    case .ed25519: form == .raw
    case .ed25519ph: form == .digest
    case .mlDSA: form == .raw || form == .externalMu
    }
  }
}
