/// How a symmetric key encrypts and decrypts, when every detail is the caller's choice.
package struct CipherParameters: Hashable, Sendable {
  package enum Mode: UInt8, CaseIterable, Sendable {
    // Of block ciphers (NIST SP 800-38A).
    case ecb = 1
    case cbc = 2
    case ctr = 3
    /// Whole blocks as segments.
    case cfb = 4
    /// Single bytes as segments.
    case cfb8 = 5
    case ofb = 6
    // Of AES.
    /// NIST SP 800-38D.
    case gcm = 7
    /// NIST SP 800-38C.
    case ccm = 8
    /// NIST SP 800-38E; the key is two keys of half its length, the IV is the tweak.
    case xts = 9
    /// AES key wrap (RFC 3394).
    case keyWrap = 10
    /// AES key wrap with padding (RFC 5649).
    case keyWrapPadded = 11
    // Of ChaCha20.
    /// The bare key stream.
    case chaCha20 = 12
    /// RFC 8439.
    case chaCha20Poly1305 = 13
    // Of secret bytes.
    /// Exclusive or with the first bytes of the key, which has to be as long as the text. Whoever uses a pad twice gives both
    /// texts away.
    case oneTimePad = 14
  }

  /// What fills the last block of ECB and CBC.
  package enum Padding: UInt8, CaseIterable, Sendable {
    case none = 1
    /// Also known as PKCS#7 (RFC 5652 section 6.3).
    case pkcs5 = 2
    case ansiX923 = 3
    case iso10126 = 4
    /// Nothing for whole blocks; trailing zeros of the last block are taken for padding.
    case zeros = 5
    /// ISO/IEC 7816-4.
    case oneAndZeros = 6
  }

  /// Initialisation vector, nonce or tweak.
  package enum IV: Hashable, Sendable {
    case absent
    case given([UInt8])
    /// Custody makes one, of the usual length, and says which; for encryption only.
    case random
  }

  package let mode: Mode
  package let padding: Padding
  package let iv: IV
  /// Bytes of the tag of GCM, CCM and ChaCha20-Poly1305.
  package let tagLength: Int
  /// Where ChaCha20's block counter begins, unless the IV has 16 bytes and so says it itself (little-endian, first).
  package let initialCounter: UInt64

  package init(
    _ mode: Mode, padding: Padding = .none, iv: IV = .absent, tagLength: Int = 16, initialCounter: UInt64 = 0
  ) {
    self.mode = mode
    self.padding = padding
    self.iv = iv
    self.tagLength = tagLength
    self.initialCounter = initialCounter
  }
}

extension CipherParameters.Mode {
  /// Whether it authenticates, and so makes a tag.
  package var hasTag: Bool {
    switch self {
    case .gcm, .ccm, .chaCha20Poly1305: true
    case .ecb, .cbc, .ctr, .cfb, .cfb8, .ofb, .xts, .keyWrap, .keyWrapPadded, .chaCha20, .oneTimePad: false
    }
  }

  /// Whether it needs an IV.
  package var takesIV: Bool {
    switch self {
    case .cbc, .ctr, .cfb, .cfb8, .ofb, .gcm, .ccm, .xts, .chaCha20, .chaCha20Poly1305: true
    case .ecb, .keyWrap, .keyWrapPadded, .oneTimePad: false
    }
  }
}

/// What came of it.
package struct Enciphered: Sendable {
  /// Without the tag. Public: a ciphertext.
  package let data: [UInt8]
  /// The IV that was used; nil for modes without.
  package let iv: [UInt8]?
  /// nil for modes without.
  package let tag: [UInt8]?

  package init(data: [UInt8], iv: [UInt8]?, tag: [UInt8]?) {
    self.data = data
    self.iv = iv
    self.tag = tag
  }
}
