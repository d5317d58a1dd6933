import KMSDomain
import KMSSecrets

/// Ciphers whose key is on a device. What a block is filled with is done here, the rest there.
extension WholeCipher {
  /// Of AES, which is the only cipher on devices.
  private static let block = 16

  func encipher(
    _ text: borrowing SecretBytes, on elsewhere: KeyElsewhere
  ) throws(KMSError) -> Enciphered {
    let cipher = try choice.cipherElsewhere()
    if case .keyWrap(let form) = choice.work { try WholeCipher.checkKeyLength(text.count, form) }
    let padded = try padded(text, WholeCipher.block)
    try choice.checkTextLength(padded.count, WholeCipher.block)
    let made = try elsewhere.encipher(padded, by: cipher)
    guard choice.parameters.mode.hasTag else { return Enciphered(data: made, iv: choice.iv, tag: nil) }
    let tagLength = choice.parameters.tagLength
    guard made.count == padded.count + tagLength else { throw .custodyUnavailable }
    return Enciphered(
      data: Array(made.dropLast(tagLength)), iv: choice.iv, tag: Array(made.suffix(tagLength)))
  }

  /// - Throws: `KMSError.invalidCiphertext` for whatever doesn't open.
  func decipher(
    _ data: borrowing SecretBytes, _ tag: [UInt8], on elsewhere: KeyElsewhere
  ) throws(KMSError) -> SecretBytes {
    let cipher = try choice.cipherElsewhere()
    guard isLengthRight(data.count) else { throw .invalidCiphertext }
    let sealed = data.withBytes { copy(0..<$0.count, of: $0) } + tag
    return try unpadded(try elsewhere.decipher(sealed, by: cipher), WholeCipher.block)
  }

  private func isLengthRight(_ count: Int) -> Bool {
    guard case .keyWrap = choice.work else {
      // A whole number of blocks was made, whatever filled the last one.
      let isBlockwise = choice.parameters.padding != .none
      return choice.isTextLengthRight(count, WholeCipher.block)
        && (!isBlockwise || count % WholeCipher.block == 0)
    }
    // Of both forms: at least two blocks of eight bytes, and no others (RFC 3394, RFC 5649).
    return count >= 16 && count % 8 == 0 && count <= KeyWrap.longest
  }
}

extension CipherChoice {
  /// - Throws: `KMSError.unsupportedAlgorithm` for modes that aren't used on devices.
  fileprivate func cipherElsewhere() throws(KMSError) -> DeviceCipher {
    let iv = iv ?? []
    switch work {
    case .cipher(let setup):
      switch parameters.mode {
      case .gcm:
        return .gcm(nonce: iv, associated: setup.associated, tagLength: parameters.tagLength)
      case .cbc: return .cbc(iv: iv)
      case .ctr: return .ctr(first: iv)
      case .ecb: return .ecb
      case .cfb, .cfb8, .ofb, .ccm, .xts, .keyWrap, .keyWrapPadded, .chaCha20, .chaCha20Poly1305, .oneTimePad:
        throw .unsupportedAlgorithm(
          "\(parameters.mode.libraryName) is not among what is done with a key on a token")
      }
    case .keyWrap(let form): return .keyWrap(isPadded: form == .padded)
    case .oneTimePad: throw SoftwareLiveKey.notElsewhere
    }
  }
}
