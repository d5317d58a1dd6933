import KMSDomain
import KMSSecrets

/// AES on a token: what goes through it is data, or a key that is wrapped.
extension TokenKey {
  func encipher(_ text: borrowing SecretBytes, by cipher: DeviceCipher) throws(DeviceFault) -> [UInt8] {
    let method = try method(cipher, wrapsBy: .wrap, ciphersBy: .encrypt)
    let text = Shared(text.prefix(text.count))
    return try device.reporting { () throws(HSMFault) in
      try token().use(object) { (session, key) throws(ReturnCode) in
        try session.encipher(text.secret, cipher, by: method, with: key)
      }
    }
  }

  func decipher(_ data: [UInt8], by cipher: DeviceCipher) throws(DeviceFault) -> SecretBytes {
    let method = try method(cipher, wrapsBy: .unwrap, ciphersBy: .decrypt)
    let text = try device.reporting { () throws(HSMFault) in
      try token().use(object) { (session, key) throws(ReturnCode) in
        Payload(try session.judged(data, cipher, by: method, with: key))
      }
    }
    guard let secret = text.take() else { throw .rejected }
    return secret
  }

  private func method(
    _ cipher: DeviceCipher, wrapsBy wrapping: MechanismTable.Use, ciphersBy use: MechanismTable.Use
  ) throws(DeviceFault) -> Method {
    guard form == .cipher else {
      throw .unsupported(
        "the key on the token makes codes, from which the keys of messages are derived: no cipher uses it")
    }
    let method = cipher.onToken
    try require(method.mechanism, for: cipher.isKeyWrap ? wrapping : use)
    return method
  }
}

extension Session {
  fileprivate func encipher(
    _ text: borrowing SecretBytes, _ cipher: DeviceCipher, by method: Method, with key: UInt
  ) throws(ReturnCode) -> [UInt8] {
    cipher.isKeyWrap ? try wrap(text, by: method, with: key) : try encrypt(text, by: method, with: key)
  }

  private func decipher(
    _ data: [UInt8], _ cipher: DeviceCipher, by method: Method, with key: UInt
  ) throws(ReturnCode) -> SecretBytes {
    cipher.isKeyWrap ? try unwrap(data, by: method, with: key) : try decrypt(data, by: method, with: key)
  }

  /// A general error may mean the data or the token. Whoever still opens what it has just made has judged the data.
  fileprivate func judged(
    _ data: [UInt8], _ cipher: DeviceCipher, by method: Method, with key: UInt
  ) throws(ReturnCode) -> SecretBytes {
    do throws(ReturnCode) {
      return try decipher(data, cipher, by: method, with: key)
    } catch {
      guard error.mayRejectData else { throw error }
      let probing = method.probing(with: try random(12))
      let text = [UInt8](repeating: 0, count: 16)
      let probe = try encipher(SecretBytes(copying: text.span), cipher, by: probing, with: key)
      _ = try decipher(probe, cipher, by: probing, with: key)
      throw .encryptedDataInvalid
    }
  }
}

extension Method {
  /// The same for a text of nobody's: a nonce is never used for two of them.
  fileprivate func probing(with nonce: [UInt8]) -> Method {
    switch self {
    case .gcm(_, _, let tag): .gcm(nonce: nonce, bound: [], tag: tag)
    case .plain, .vector, .counter, .oaep, .pss: self
    }
  }
}

extension DeviceCipher {
  fileprivate var onToken: Method {
    switch self {
    case .gcm(let nonce, let associated, let tagLength):
      .gcm(nonce: nonce, bound: associated, tag: tagLength)
    case .cbc(let iv): .vector(.aesCBC, iv)
    case .ctr(let first): .counter(first)
    case .ecb: .plain(.aesECB)
    case .keyWrap(let isPadded): .plain(isPadded ? .aesKeyWrapPad : .aesKeyWrap)
    }
  }

  fileprivate var isKeyWrap: Bool {
    switch self {
    case .keyWrap: true
    case .gcm, .cbc, .ctr, .ecb: false
    }
  }
}
