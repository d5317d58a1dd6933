import KMSDomain
import KMSEngine

/// A way to encrypt data or to wrap a key (RFC 7518 sections 4 and 5, and Azure's own beside those).
enum EncryptionName: String, CaseIterable, Sendable {
  case rsa15 = "RSA1_5"
  /// With SHA-1.
  case rsaOAEP = "RSA-OAEP"
  case rsaOAEP256 = "RSA-OAEP-256"
  case a128GCM = "A128GCM"
  case a192GCM = "A192GCM"
  case a256GCM = "A256GCM"
  /// CBC; zeros fill the last block, and nobody takes them away again.
  case a128CBC = "A128CBC"
  case a192CBC = "A192CBC"
  case a256CBC = "A256CBC"
  /// CBC with the padding of PKCS#7.
  case a128CBCPad = "A128CBCPAD"
  case a192CBCPad = "A192CBCPAD"
  case a256CBCPad = "A256CBCPAD"
  case a128KW = "A128KW"
  case a192KW = "A192KW"
  case a256KW = "A256KW"
  /// RFC 3394, by a key of any length.
  case aesKeyWrap = "CKM_AES_KEY_WRAP"
  /// RFC 5649, by a key of any length.
  case aesKeyWrapPad = "CKM_AES_KEY_WRAP_PAD"
}

extension EncryptionName {
  enum Method: Hashable, Sendable {
    case rsa(RSAEncryption)
    /// By a key of that kind; nil: of any length.
    case aes(KeySpec?, Mode)
  }

  enum Mode: Hashable, Sendable {
    case gcm
    case cbc(isPadded: Bool)
    case wrap(isPadded: Bool)
  }

  var method: Method {
    switch self {
    case .rsa15: .rsa(.pkcs1)
    case .rsaOAEP: .rsa(.oaep(.sha1, mask: nil, label: []))
    case .rsaOAEP256: .rsa(.oaep(.sha256, mask: nil, label: []))
    case .a128GCM: .aes(.aes128, .gcm)
    case .a192GCM: .aes(.aes192, .gcm)
    case .a256GCM: .aes(.aes256, .gcm)
    case .a128CBC: .aes(.aes128, .cbc(isPadded: false))
    case .a192CBC: .aes(.aes192, .cbc(isPadded: false))
    case .a256CBC: .aes(.aes256, .cbc(isPadded: false))
    case .a128CBCPad: .aes(.aes128, .cbc(isPadded: true))
    case .a192CBCPad: .aes(.aes192, .cbc(isPadded: true))
    case .a256CBCPad: .aes(.aes256, .cbc(isPadded: true))
    case .a128KW: .aes(.aes128, .wrap(isPadded: false))
    case .a192KW: .aes(.aes192, .wrap(isPadded: false))
    case .a256KW: .aes(.aes256, .wrap(isPadded: false))
    case .aesKeyWrap: .aes(nil, .wrap(isPadded: false))
    case .aesKeyWrapPad: .aes(nil, .wrap(isPadded: true))
    }
  }

  /// Whether it is for data, or for keys; RSA is for both.
  func serves(_ action: Action) -> Bool {
    let isWrapping = action == .wrapKey || action == .unwrapKey
    return switch method {
    case .rsa: true
    case .aes(_, .wrap): isWrapping
    case .aes(_, .gcm), .aes(_, .cbc): !isWrapping
    }
  }

  /// - Parameter kid: what the key is called in messages.
  /// - Throws: `badParameter` unless such a key can be used so.
  func require(_ spec: KeySpec, _ kid: CalledKey) throws(KeyFault) {
    switch method {
    case .rsa:
      guard spec.family != .rsa else { return }
      throw mismatch(type(spec, kid), "a key of type 'RSA' or 'RSA-HSM'")
    case .aes(let wanted, _):
      guard spec.family == .oct else { throw mismatch(type(spec, kid), "a key of type 'oct' or 'oct-HSM'") }
      guard let wanted, wanted != spec else { return }
      throw mismatch("Key \(kid.text) has \(spec.bits) bits", "a key of \(wanted.bits) bits")
    }
  }

  private func type(_ spec: KeySpec, _ kid: CalledKey) -> String {
    "Key \(kid.text) is of type '\(spec.family?.rawValue ?? "none")'"
  }

  private func mismatch(_ what: String, _ wanted: String) -> KeyFault {
    .badParameter(
      "Key and encryption algorithm are incompatible. \(what), and algorithm '\(rawValue)' can only be used with \(wanted)."
    )
  }
}

extension KeySpec {
  /// Of a symmetric key.
  fileprivate var bits: Int { (secretLength ?? 0) * 8 }
}

extension EncryptionName.Mode {
  /// - Parameter iv: nil: custody makes one.
  func parameters(iv: [UInt8]?, isOpening: Bool) -> CipherParameters {
    let given: CipherParameters.IV = iv.map { .given($0) } ?? (isOpening ? .absent : .random)
    return switch self {
    case .gcm: CipherParameters(.gcm, iv: given, tagLength: 16)
    case .cbc(isPadded: true): CipherParameters(.cbc, padding: .pkcs5, iv: given)
    // Whoever decrypts gets the zeros back too.
    case .cbc(isPadded: false): CipherParameters(.cbc, padding: isOpening ? .none : .zeros, iv: given)
    case .wrap(isPadded: false): CipherParameters(.keyWrap)
    case .wrap(isPadded: true): CipherParameters(.keyWrapPadded)
    }
  }
}
