import KMSDomain
import KMSSecrets

/// Encryption and decryption of everything at once.
struct WholeCipher: Sendable {
  let choice: CipherChoice
  let key: SoftwareLiveKey

  /// - Throws: `KMSError.cryptography(.dataLength)` for a text that the mode doesn't take.
  func encipher(_ text: borrowing SecretBytes) throws(KMSError) -> Enciphered {
    if let elsewhere = key.elsewhere { return try encipher(text, on: elsewhere) }
    switch choice.work {
    case .cipher(let setup): return try encipher(text, setup)
    case .keyWrap(let form):
      try WholeCipher.checkKeyLength(text.count, form)
      let wrapped = try key.withMaterial { (bytes) throws(KMSError) in
        try CryptoFailure.unavailable { () throws(CryptoFailure) in
          try KeyWrap.wrap(text, under: SecretBytes(copying: bytes), form)
        }
      }
      return Enciphered(data: wrapped, iv: nil, tag: nil)
    case .oneTimePad(let permission):
      let data = try key.withMaterial { (bytes) throws(KMSError) in
        try InsecureCiphers.oneTimePad(text, key: bytes, permission)
      }
      return Enciphered(data: data.withBytes { copy(0..<$0.count, of: $0) }, iv: nil, tag: nil)
    }
  }

  /// - Throws: `KMSError.cryptography(.dataLength)` for what isn't wrapped.
  static func checkKeyLength(_ count: Int, _ form: KeyWrap.Form) throws(KMSError) {
    let isRight = form == .plain ? count >= 16 && count % 8 == 0 : count > 0
    guard isRight, count <= KeyWrap.longest else { throw .cryptography(.dataLength) }
  }

  private func encipher(
    _ text: borrowing SecretBytes, _ setup: CipherSetup
  ) throws(KMSError) -> Enciphered {
    let block = key.spec.blockLength
    let padded = try padded(text, block)
    try choice.checkTextLength(padded.count, block)
    let made = try key.withMaterial { (bytes) throws(KMSError) in
      try CryptoFailure.unavailable { () throws(CryptoFailure) in
        let run = try CipherRun(setup, encrypts: true, key: bytes, total: padded.count)
        return try padded.withBytes { (text) throws(CryptoFailure) in try run.finish(text) }
      }
    }
    return Enciphered(data: made.data, iv: choice.iv, tag: made.tag.isEmpty ? nil : made.tag)
  }

  func padded(_ text: borrowing SecretBytes, _ block: Int) throws(KMSError) -> SecretBytes {
    guard choice.padsItself(elsewhere: key.isElsewhere) else { return text.prefix(text.count) }
    let noise = try CryptoFailure.unavailable { () throws(CryptoFailure) in try RandomBytes.plain(block) }
    return BlockPadding.add(choice.parameters.padding, to: text, block: block, noise: noise)
  }

  /// - Throws: `KMSError.invalidCiphertext` for whatever doesn't open; `cryptography(.missingTag)`, `.tagLength`.
  func decipher(_ data: borrowing SecretBytes, tag: [UInt8]?) throws(KMSError) -> SecretBytes {
    let tag = try choice.checked(tag)
    if let elsewhere = key.elsewhere { return try decipher(data, tag ?? [], on: elsewhere) }
    switch choice.work {
    case .cipher(let setup): return try decipher(data, setup, tag)
    case .keyWrap(let form):
      let wrapped = data.withBytes { copy(0..<$0.count, of: $0) }
      guard wrapped.count <= KeyWrap.longest else { throw .invalidCiphertext }
      return try key.withMaterial { (bytes) throws(KMSError) in
        try WholeCipher.opened { () throws(CryptoFailure) in
          try KeyWrap.unwrap(wrapped[...], under: SecretBytes(copying: bytes), form)
        }
      }
    case .oneTimePad(let permission):
      return try key.withMaterial { (bytes) throws(KMSError) in
        try InsecureCiphers.oneTimePad(data, key: bytes, permission)
      }
    }
  }

  private func decipher(
    _ data: borrowing SecretBytes, _ setup: CipherSetup, _ tag: [UInt8]?
  ) throws(KMSError) -> SecretBytes {
    let block = key.spec.blockLength
    guard choice.isTextLengthRight(data.count, block) else { throw .invalidCiphertext }
    let text = try key.withMaterial { (bytes) throws(KMSError) in
      try WholeCipher.opened { () throws(CryptoFailure) in
        let run = try CipherRun(setup, encrypts: false, key: bytes, tag: tag, total: data.count)
        return try data.withBytes { (data) throws(CryptoFailure) in try run.finishSecret(data) }
      }
    }
    return try unpadded(text, block)
  }

  func unpadded(_ text: consuming SecretBytes, _ block: Int) throws(KMSError) -> SecretBytes {
    guard choice.padsItself(elsewhere: key.isElsewhere) else { return text }
    guard let bare = BlockPadding.remove(choice.parameters.padding, from: text, block: block) else {
      throw .invalidCiphertext
    }
    return bare
  }

  static func opened(_ body: () throws(CryptoFailure) -> SecretBytes) throws(KMSError) -> SecretBytes {
    do throws(CryptoFailure) {
      return try body()
    } catch {
      throw error == .rejected ? .invalidCiphertext : .custodyUnavailable
    }
  }
}

extension CipherChoice {
  /// Whether the padding is one that libcrypto hasn't; a device gets whole blocks.
  func padsItself(elsewhere: Bool) -> Bool {
    switch parameters.padding {
    case .none: false
    case .pkcs5: elsewhere
    case .ansiX923, .iso10126, .zeros, .oneAndZeros: true
    }
  }

  /// Whether the mode takes so many bytes, padding of ours included.
  func isTextLengthRight(_ count: Int, _ block: Int) -> Bool {
    switch parameters.mode {
    case .ecb, .cbc: parameters.padding == .pkcs5 || count % block == 0
    // IEEE 1619: at least a block, at most 2^20 of them.
    case .xts: count >= 16 && count <= 16 << 20
    // What is left of 15 bytes for the length.
    case .ccm: (iv?.count ?? 0) < 13 || count < 1 << 16
    case .ctr, .cfb, .cfb8, .ofb, .gcm, .chaCha20, .chaCha20Poly1305, .keyWrap, .keyWrapPadded, .oneTimePad:
      true
    }
  }

  func checkTextLength(_ count: Int, _ block: Int) throws(KMSError) {
    guard isTextLengthRight(count, block) else { throw .cryptography(.dataLength) }
  }

  /// The tag that must come out; nil for modes without.
  func checked(_ tag: [UInt8]?) throws(KMSError) -> [UInt8]? {
    guard parameters.mode.hasTag else { return nil }
    guard let tag else { throw .cryptography(.missingTag) }
    guard tag.count == parameters.tagLength else { throw .cryptography(.tagLength) }
    return tag
  }
}
