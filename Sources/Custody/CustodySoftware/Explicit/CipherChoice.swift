import KMSBytes
import KMSDomain
import KMSSecrets

/// Parameters of a caller's that go together with the key: what comes next can't be wrong about them.
struct CipherChoice: Sendable {
  enum Work: Sendable {
    /// libcrypto's cipher, piece by piece if need be.
    case cipher(CipherSetup)
    case keyWrap(KeyWrap.Form)
    case oneTimePad(LegacyPermission)
  }

  let parameters: CipherParameters
  let work: Work
  /// What was given or made; nil for modes without.
  let iv: [UInt8]?

  /// - Parameter makesIV: for encryption, which may leave the choice to custody.
  /// - Throws: `KMSError.cryptography`, `unsupportedAlgorithm`.
  init(
    _ parameters: CipherParameters, associated: [UInt8], _ key: SoftwareLiveKey, makesIV: Bool,
    _ legacy: LegacyAlgorithms
  ) throws(KMSError) {
    self.parameters = parameters
    let mode = parameters.mode
    guard mode.hasTag || associated.isEmpty else { throw .cryptography(.associatedData) }
    guard associated.count <= SoftwareCustody.longestExplicit else { throw .cryptography(.dataLength) }
    guard parameters.padding == .none || mode == .ecb || mode == .cbc else { throw .cryptography(.padding) }
    guard !mode.hasTag || mode.tagLengths.contains(parameters.tagLength) else {
      throw .cryptography(.tagLength)
    }
    let keyLength = try key.materialLength()
    let iv = mode.takesIV ? try CipherChoice.iv(parameters, key.spec, makesIV: makesIV) : nil
    self.iv = iv
    switch mode {
    case .keyWrap, .keyWrapPadded:
      guard key.spec.isAES else { throw .cryptography(.keyKind) }
      work = .keyWrap(mode == .keyWrap ? .plain : .padded)
    case .oneTimePad:
      guard key.spec == .bytes else { throw .cryptography(.keyKind) }
      work = .oneTimePad(try legacy.permission(for: .oneTimePad, "a one-time pad"))
    case .ecb, .cbc, .ctr, .cfb, .cfb8, .ofb, .gcm, .ccm, .xts, .chaCha20, .chaCha20Poly1305:
      let name = try CipherChoice.name(mode, key.spec, keyLength, legacy)
      work = .cipher(
        CipherSetup(
          name: name, isPadded: parameters.padding == .pkcs5, iv: parameters.libraryIV(iv ?? []),
          tagLength: mode.hasTag ? parameters.tagLength : 0, associated: associated))
    }
  }

  private static func iv(
    _ parameters: CipherParameters, _ spec: KeySpec, makesIV: Bool
  ) throws(KMSError) -> [UInt8] {
    switch parameters.iv {
    case .absent: throw .cryptography(.missingIV)
    case .given(let iv):
      guard parameters.mode.ivLengths(spec).contains(iv.count) else { throw .cryptography(.ivLength) }
      guard parameters.mode != .chaCha20 || parameters.isCounterRight(iv) else {
        throw .cryptography(.ivLength)
      }
      return iv
    case .random:
      guard makesIV else { throw .cryptography(.missingIV) }
      let count = parameters.mode.usualIVLength(spec)
      return try CryptoFailure.unavailable { () throws(CryptoFailure) in try RandomBytes.plain(count) }
    }
  }
}

// MARK: - What fits

extension CipherChoice {
  /// libcrypto's name.
  private static func name(
    _ mode: CipherParameters.Mode, _ spec: KeySpec, _ keyLength: Int, _ legacy: LegacyAlgorithms
  ) throws(KMSError) -> CipherName {
    if mode == .chaCha20 || mode == .chaCha20Poly1305 {
      guard spec == .chaCha20 else { throw .cryptography(.keyKind) }
      return CipherName(mode == .chaCha20 ? "ChaCha20" : "ChaCha20-Poly1305")
    }
    if mode == .xts { return CipherName(try xts(spec, keyLength)) }
    if spec == .blowfish { return try blowfish(mode, keyLength, legacy) }
    if spec == .tripleDES112 || spec == .tripleDES168 {
      if mode == .ecb { _ = try legacy.permission(for: .electronicCodebook, "ECB") }
      let permission = try legacy.permission(for: .tripleDES, spec.standardName)
      guard let name = InsecureCiphers.tripleDES(mode, keyLength: keyLength, permission) else {
        throw .cryptography(.keyKind)
      }
      return CipherName(name)
    }
    guard spec.isAES else { throw .cryptography(.keyKind) }
    guard mode != .ecb else {
      return CipherName(
        InsecureCiphers.aesECB(
          keyLength: keyLength, try legacy.permission(for: .electronicCodebook, "ECB")))
    }
    return CipherName("AES-\(keyLength * 8)-\(mode.libraryName)")
  }

  private static func blowfish(
    _ mode: CipherParameters.Mode, _ keyLength: Int, _ legacy: LegacyAlgorithms
  ) throws(KMSError) -> CipherName {
    if mode == .ecb { _ = try legacy.permission(for: .electronicCodebook, "ECB") }
    let what = KeySpec.blowfish.standardName
    let permission = try legacy.permission(for: .blowfish, what)
    guard let name = InsecureCiphers.blowfish(mode, keyLength: keyLength, permission) else {
      throw .cryptography(.keyKind)
    }
    guard Library.hasCipher(name) else { throw .unsupportedAlgorithm(SoftwareCustody.absence(what)) }
    return name
  }

  /// The key is two, so AES-256 takes 64 bytes, which are no key of another mode.
  private static func xts(_ spec: KeySpec, _ keyLength: Int) throws(KMSError) -> String {
    guard spec == .aes256 || spec == .bytes, keyLength == 32 || keyLength == 64 else {
      throw .cryptography(.keyKind)
    }
    return "AES-\(keyLength * 4)-XTS"
  }
}

extension KeySpec {
  var isAES: Bool { self == .aes128 || self == .aes192 || self == .aes256 }

  /// Bytes of a block of a block cipher.
  var blockLength: Int { self == .tripleDES112 || self == .tripleDES168 || self == .blowfish ? 8 : 16 }
}

extension CipherParameters.Mode {
  var libraryName: String {
    switch self {
    case .ecb: "ECB"
    case .cbc: "CBC"
    case .ctr: "CTR"
    case .cfb: "CFB"
    case .cfb8: "CFB8"
    case .ofb: "OFB"
    case .gcm: "GCM"
    case .ccm: "CCM"
    case .xts: "XTS"
    case .keyWrap: "WRAP"
    case .keyWrapPadded: "WRAP-PAD"
    case .chaCha20, .chaCha20Poly1305, .oneTimePad: ""
    }
  }

  /// Those of NIST SP 800-38D and 38C; RFC 8439's tag may be cut as GCM's.
  fileprivate var tagLengths: [Int] {
    switch self {
    case .gcm: [4, 8, 12, 13, 14, 15, 16]
    case .ccm: [4, 6, 8, 10, 12, 14, 16]
    case .chaCha20Poly1305: [12, 13, 14, 15, 16]
    case .ecb, .cbc, .ctr, .cfb, .cfb8, .ofb, .xts, .keyWrap, .keyWrapPadded, .chaCha20, .oneTimePad: []
    }
  }

  fileprivate func ivLengths(_ spec: KeySpec) -> ClosedRange<Int> {
    switch self {
    case .cbc, .ctr, .cfb, .cfb8, .ofb: spec.blockLength...spec.blockLength
    case .xts: 16...16
    case .gcm: 1...128
    // A longer nonce leaves less room for lengths: with 13 bytes it is 64 KiB.
    case .ccm: 7...13
    case .chaCha20: 8...16
    case .chaCha20Poly1305: 12...12
    case .ecb, .keyWrap, .keyWrapPadded, .oneTimePad: 0...0
    }
  }

  fileprivate func usualIVLength(_ spec: KeySpec) -> Int {
    switch self {
    case .cbc, .ctr, .cfb, .cfb8, .ofb: spec.blockLength
    case .xts: 16
    case .gcm, .ccm, .chaCha20, .chaCha20Poly1305: 12
    case .ecb, .keyWrap, .keyWrapPadded, .oneTimePad: 0
    }
  }
}

extension CipherParameters {
  /// ChaCha20's counter and nonce share 16 bytes: 8 and 8 in the original, 4 and 12 in RFC 8439.
  fileprivate func isCounterRight(_ iv: [UInt8]) -> Bool {
    iv.count == 8 || iv.count == 16 || (iv.count == 12 && initialCounter <= UInt64(UInt32.max))
  }

  /// As libcrypto wants it: ChaCha20's with the counter in front, little-endian.
  fileprivate func libraryIV(_ iv: [UInt8]) -> [UInt8] {
    guard mode == .chaCha20, iv.count < 16 else { return iv }
    return (0..<(16 - iv.count)).map { UInt8(truncatingIfNeeded: initialCounter >> (8 * UInt64($0))) } + iv
  }
}

// MARK: - What must be seen whole

extension CipherChoice {
  /// Whether pieces can go through one by one.
  func isPiecewise(encrypting: Bool) -> Bool {
    switch parameters.mode {
    case .ccm, .xts, .keyWrap, .keyWrapPadded, .oneTimePad: false
    // What isn't verified yet must not leave.
    case .gcm, .chaCha20Poly1305: encrypting
    case .ecb, .cbc: parameters.padding == .none || parameters.padding == .pkcs5
    case .ctr, .cfb, .cfb8, .ofb, .chaCha20: true
    }
  }
}
