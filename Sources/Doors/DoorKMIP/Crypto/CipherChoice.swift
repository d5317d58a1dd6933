import KMSDomain
import WireKMIP

extension CryptographicParameters {
  /// How a symmetric key encrypts or decrypts.
  /// - Parameter iv: what the request says.
  /// - Throws: `badCryptographicParameters`, `unsupportedCryptographicParameters`, `missingInitializationVector`.
  func cipher(
    with key: UsedKey, iv: [UInt8]?, enciphering: Bool
  ) throws(KMIPFault) -> CipherParameters {
    let mode = try cipherMode(of: key)
    return CipherParameters(
      mode, padding: try cipherPadding(), iv: try cipherIV(iv, mode, enciphering: enciphering),
      tagLength: tagLength ?? 16, initialCounter: UInt64(initialCounter ?? 0))
  }

  private func cipherMode(of key: UsedKey) throws(KMIPFault) -> CipherParameters.Mode {
    switch key.spec.keyClass {
    case .blockCipher: return try blockMode()
    case .chaCha20: return try streamMode(of: key)
    case .bytes: return try padMode(of: key)
    case .hmac, .rsa, .ecdsa, .edDSA, .dsa, .other:
      throw .unsupportedParameters("Such a key is none of a symmetric cipher.")
    }
  }

  private func blockMode() throws(KMIPFault) -> CipherParameters.Mode {
    guard let mode else { throw .badParameters("A block cipher mode is missing.") }
    switch mode {
    case .ecb: return .ecb
    case .cbc: return .cbc
    case .ctr: return .ctr
    case .cfb: return .cfb
    case .ofb: return .ofb
    case .gcm: return .gcm
    case .ccm: return .ccm
    case .xts: return .xts
    case .nistKeyWrap: return .keyWrap
    case .aesKeyWrapPadding: return .keyWrapPadded
    case .pcbc, .cmac, .cbcMAC, .x9_102AESKW, .x9_102TDKW, .x9_102AKW1, .x9_102AKW2, .aead:
      throw .unsupportedParameters("The block cipher mode isn't supported for encryption by such a key.")
    }
  }

  private func streamMode(of key: UsedKey) throws(KMIPFault) -> CipherParameters.Mode {
    guard let mode else {
      return (algorithm ?? key.algorithm) == .chaCha20Poly1305 ? .chaCha20Poly1305 : .chaCha20
    }
    guard mode == .aead else { throw .unsupportedParameters("ChaCha20 is no block cipher.") }
    return .chaCha20Poly1305
  }

  private func padMode(of key: UsedKey) throws(KMIPFault) -> CipherParameters.Mode {
    guard (algorithm ?? key.algorithm) == .oneTimePad else {
      throw .unsupportedParameters("The object isn't a key of an algorithm that encrypts.")
    }
    return .oneTimePad
  }

  private func cipherPadding() throws(KMIPFault) -> CipherParameters.Padding {
    switch padding {
    case nil, .noPadding: return .none
    case .pkcs5: return .pkcs5
    case .zeros: return .zeros
    case .ansiX9_23: return .ansiX923
    case .iso10126: return .iso10126
    case .oaep, .ssl3, .pkcs1V1_5, .x9_31, .pss:
      throw .unsupportedParameters("The padding method isn't supported for symmetric keys.")
    }
  }

  private func cipherIV(
    _ iv: [UInt8]?, _ mode: CipherParameters.Mode, enciphering: Bool
  ) throws(KMIPFault) -> CipherParameters.IV {
    guard mode.takesIV else { return .absent }
    if let iv { return .given(counterBlock(iv, mode)) }
    guard enciphering, hasRandomIV else {
      throw KMIPFault(.missingInitializationVector, "An IV, counter or nonce is missing.")
    }
    return .random
  }

  /// A nonce with room behind it for the counter becomes the first counter block; what is a whole block is one.
  private func counterBlock(_ iv: [UInt8], _ mode: CipherParameters.Mode) -> [UInt8] {
    guard mode == .ctr, let counterLength, counterLength >= 32, counterLength.isMultiple(of: 8),
      iv.count < 16, iv.count + counterLength / 8 == 16
    else { return iv }
    let counter = initialCounter ?? 0
    let zeros = [UInt8](repeating: 0, count: counterLength / 8 - 4)
    return iv + zeros + (0..<4).map { UInt8(truncatingIfNeeded: counter >> (24 - 8 * UInt32($0))) }
  }
}
